// Draws the HTML that the console hands over. Scripts in it do not run: what a parser made never does, and the policy
// of this page allows no handlers in attributes.
addEventListener("message", (event) => {
  if (event.source !== parent || typeof event.data?.source !== "string") return;
  const parsed = new DOMParser().parseFromString(event.data.source, "text/html");
  for (const each of parsed.querySelectorAll("meta, base, script, link, object, embed, iframe")) each.remove();
  document.head.replaceChildren(...parsed.head.querySelectorAll("style"));
  document.body.replaceWith(document.adoptNode(parsed.body));
});

// The console makes the frame as high as the message is; its origin is opaque from here, and a height tells nothing.
new ResizeObserver(([{ target }]) => {
  parent.postMessage({ height: Math.ceil(target.getBoundingClientRect().height) }, "*");
}).observe(document.documentElement);
