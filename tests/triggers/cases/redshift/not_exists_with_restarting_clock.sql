SELECT c.identity, c.event_id FROM event_triggers c
WHERE c.event_type = 'custom_cart' AND NOT EXISTS (
  SELECT 1 FROM event_triggers l WHERE json_extract_path_text(l.properties, 'cartId') = json_extract_path_text(c.properties, 'cartId') AND l.ts > c.ts AND l.ts <= DATEADD(hour, 2, c.ts))
ORDER BY c.event_id
