"""Facts about papers from Hugging Face's paper pages."""
