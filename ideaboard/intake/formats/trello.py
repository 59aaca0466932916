"""Trello: the JSON of "Export as JSON", of a whole board or of one card, and cards as its API lists them.

Fields as https://developer.atlassian.com/cloud/trello/guides/rest-api/object-definitions names them. An id begins with
the seconds since 1970 at which the thing was made, in hex.
"""

from __future__ import annotations

import re
from typing import Any

from ideaboard.intake.cards import Card, Imported, Source, checklist, objects, paragraphs, text, texts


def fits_trello(source: Source) -> bool:
    return bool(_board(source.json))


def read_trello(source: Source) -> Imported:
    board = _board(source.json)
    lists = {text(one, "id"): one for one in sorted(objects(board, "lists"), key=_position)}
    members = {text(one, "id"): text(one, "fullName") or text(one, "username") for one in objects(board, "members")}
    fields = {text(one, "id"): one for one in objects(board, "customFields")}
    checklists: dict[str, list[dict[str, Any]]] = {}
    for one in sorted(objects(board, "checklists"), key=_position):
        checklists.setdefault(text(one, "idCard"), []).append(one)
    comments: dict[str, list[str]] = {}
    actions = [one for one in objects(board, "actions") if text(one, "type") in ("commentCard", "copyCommentCard")]
    for action in reversed(actions):
        data = action.get("data")
        if isinstance(data, dict):
            line = f"{text(action, 'date')[:10]} {text(action.get('memberCreator'), 'fullName')}: {text(data, 'text')}"
            comments.setdefault(text(data.get("card"), "id"), []).append(line)
    found = Imported(lists=[text(one, "name") for one in lists.values() if not one.get("closed")], ordered=True)
    order = {id: place for place, id in enumerate(lists)}
    cards = sorted(objects(board, "cards"), key=_position)
    for card in sorted(cards, key=lambda card: order.get(text(card, "idList"), len(order))):
        id, on = text(card, "id"), lists.get(text(card, "idList"), {})
        steps = [*checklists.pop(id, ()), *objects(card, "checklists")]
        found.left_out["checklists that are not in the file"] += max(0, len(texts(card, "idChecklists")) - len(steps))
        said = ["\n".join(f"> {line}" for line in one.splitlines()) for one in comments.pop(id, ())]
        links = [(text(one, "url"), text(one, "name")) for one in objects(card, "attachments")]
        found.cards.append(
            Card(
                title=text(card, "name"),
                on=text(on, "name"),
                notes=paragraphs(
                    text(card, "desc"), *map(_checklist, steps), "Comments:" if said else "", "\n>\n".join(said)
                ),
                tags=[text(one, "name") or text(one, "color") for one in objects(card, "labels")],
                due=source.due(card.get("due")),
                url=next((url for url, _ in links if "//trello.com/" not in url), ""),
                links=[*links, (text(card, "shortUrl") or text(card, "url"), "Trello")],
                created=source.moment(_made(id)),
                updated=source.moment(card.get("dateLastActivity")),
                ended=source.moment(card.get("dateClosed") or card.get("dateLastActivity")),
                done=bool(card.get("dueComplete")),
                archived="parked" if card.get("closed") or on.get("closed") else "",
                key=id,
                extra={
                    "Members": ", ".join(filter(None, (members.get(id, "") for id in texts(card, "idMembers")))),
                    "Start": text(card, "start"),
                    "Place": ", ".join(filter(None, (text(card, "locationName"), text(card, "address")))),
                    **_custom_fields(card, fields),
                },
            )
        )
    found.left_out["checklists of no card"] = sum(map(len, checklists.values()))
    found.left_out["steps of the board's history"] = len(objects(board, "actions")) - len(actions)
    found.left_out["comments on no card"] = sum(map(len, comments.values()))
    found.left_out["what the board says of itself"] = bool(text(board, "desc"))
    return found


def _board(data: Any) -> dict[str, Any]:
    """Return what holds lists and cards; nothing when it is not of Trello."""
    if isinstance(data, dict) and all(isinstance(data.get(part), list) for part in ("lists", "cards")):
        return data
    if isinstance(data, dict) and "idList" in data and "idBoard" in data:
        return {**data, "lists": [data.get("list")], "cards": [{**data, "checklists": []}]}
    each = data if isinstance(data, list) and all(isinstance(one, dict) and "name" in one for one in data) else []
    if each and all("idList" in one for one in each):
        return {"cards": each}
    if each and all("id" in one and isinstance(one.get("cards"), list) for one in each):
        # Lists with their cards in them, as the API gives them.
        cards = [{**card, "idList": text(one, "id")} for one in each for card in objects(one, "cards")]
        return {"lists": each, "cards": cards}
    return {}


def _position(one: dict[str, Any]) -> float:
    place = one.get("pos")
    return place if isinstance(place, (int, float)) else 0


def _made(id: str) -> int | None:
    return int(id[:8], 16) if re.fullmatch("[0-9a-f]{24}", id) else None


def _checklist(one: dict[str, Any]) -> str:
    items = sorted(objects(one, "checkItems"), key=_position)
    lines = checklist((text(item, "name"), item.get("state") == "complete") for item in items)
    name = text(one, "name")
    return f"{name}:\n\n{lines}" if name and name != "Checklist" else lines


def _custom_fields(card: dict[str, Any], fields: dict[str, dict[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in objects(card, "customFieldItems"):
        field = fields.get(text(item, "idCustomField"), {})
        chosen = [one.get("value") for one in objects(field, "options") if one.get("id") == item.get("idValue")]
        values = [item.get("value"), *chosen]
        found[text(field, "name") or "Field"] = ", ".join(
            text(one, name) for one in values if isinstance(one, dict) for name in one
        )
    return found
