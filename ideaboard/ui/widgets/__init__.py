"""What the screens are made of: pure drawing functions, and the widgets that show what they draw."""
