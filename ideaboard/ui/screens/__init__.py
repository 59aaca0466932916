"""Screens beside the board that are no dialogs and hold no papers, such as the changelog's."""
