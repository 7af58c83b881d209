SELECT identity, event_id, properties->>'sku' ~ '^a' AS a, properties->>'sku' ~* '^a' AS b, properties->>'sku' !~ '[0-9]' AS c, regexp_replace('aaa', 'a', 'b') AS d, regexp_replace('aaa', 'a', 'b', 'g') AS e,
       E'a\nb' ~ 'a.b' AS f, regexp_replace('ab', '(a)(b)', '\2\1') AS g
FROM event_triggers
