/*
 * Shows the OpenAPI document of this server. Nothing can be sent from here: a request needs a token and a proof that is
 * signed with its key (RFC 9449), and neither belongs into a page of documentation.
 */

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const dress = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", dress);
dress();

window.SwaggerUIBundle({
  url: "/api/v1/openapi.json",
  dom_id: "#api",
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  supportedSubmitMethods: [],
  // Without this the document would be sent to a stranger's validator.
  validatorUrl: null,
});
