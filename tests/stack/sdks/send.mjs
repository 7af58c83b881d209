// Sends one person's story with an SDK of another: node send.mjs PACKAGE API WRITE_KEY ADDRESS.
//
// PACKAGE is segment, rudderstack or customerio; ADDRESS is the person's e-mail address.
import { createRequire } from "node:module";

const [name, api, writeKey, address] = process.argv.slice(2);
const require = createRequire(`${process.env.NODE_MODULES}/`);
const failures = [];

function eventEmitting(Analytics) {
  const client = new Analytics({ writeKey, host: api, maxRetries: 2 });
  client.on("error", (error) => failures.push(error));
  return { client, finish: () => client.closeAndFlush({ timeout: 20000 }) };
}

function rudderstack(Analytics) {
  const client = new Analytics(writeKey, { dataPlaneUrl: api, errorHandler: (error) => failures.push(error) });
  return { client, finish: async () => { while (client.queue.length) await client.flush(); await client.flush(); } };
}

const sdks = {
  segment: () => eventEmitting(require("@segment/analytics-node").Analytics),
  customerio: () => eventEmitting(require("@customerio/cdp-analytics-node").Analytics),
  rudderstack: () => rudderstack(require("@rudderstack/rudder-sdk-node")),
};
const { client, finish } = sdks[name]();

const userId = `${name}-js`;
const anonymousId = `${name}-js-device`;
client.identify({ userId, anonymousId, traits: { email: address, firstName: name } });
client.track({ userId, event: "Sdk Tried", properties: { sdk: userId, stars: 5 } });
client.track({
  userId,
  event: "Product Added",
  properties: { product_id: "p-1", sku: "p-1-red", name: "Shirt", quantity: 2, price: 19.5 },
});
client.page({ anonymousId, name: "Home" });
client.group({ userId, groupId: "group-1", traits: { name: "Shop" } });
client.alias({ userId, previousId: "before" });
await finish();
if (failures.length) {
  console.error(name, failures);
  process.exit(1);
}
