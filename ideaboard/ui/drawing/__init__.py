"""What every picture is made of: widths, colours, typed lines, footers. No board and no paper."""
