SELECT identity, event_id FROM event_triggers c
WHERE event_type = 'custom_cart'
  AND NOT EXISTS (FROM event_triggers l WHERE l.properties->>'cartId' = c.properties->>'cartId' AND l.ts > c.ts AND l.ts <= c.ts + INTERVAL 2 HOUR)
ORDER BY event_id
