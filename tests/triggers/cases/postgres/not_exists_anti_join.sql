SELECT identity, event_id, event_name FROM event_triggers c
WHERE c.event_type = 'custom_cart' AND NOT EXISTS (
  SELECT 1 FROM event_triggers p WHERE p.identity = c.identity AND p.event_type = 'custom_purchase' AND p.ts > c.ts AND p.properties->>'cartId' = c.properties->>'cartId')
ORDER BY event_id
