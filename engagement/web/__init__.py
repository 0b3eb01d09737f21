"""The page kit: forms and fields, headers, error pages, links of a page. No feature."""
