SELECT identity, event_id, properties:coupon IS NULL AS variant_null, properties:coupon::string IS NULL AS as_text, properties:gone IS NULL AS missing,
       IS_NULL_VALUE(properties:coupon) AS is_json_null
FROM event_triggers
