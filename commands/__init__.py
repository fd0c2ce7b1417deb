"""People ask: what stands behind `/mat`, the buttons, the forms and Home."""
