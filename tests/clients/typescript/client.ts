// Records a visit and reads the state after it, with the types that openapi-typescript made.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

declare const process: { argv: string[] };

const client = createClient<paths>({ baseUrl: process.argv[2] });

const visit: components["schemas"]["VisitEvent"] = {
  type: "visit.held",
  date: "1874-12-12/1874-12-23",
  title: "Visit of King Kalakaua",
  parties: [
    { party: "HAWAII", role: "visitor" },
    { party: "USA", role: "host" },
  ],
};
const recorded = await client.POST("/v1/acts", {
  body: { act_id: "clients:typescript", events: [visit] },
});
if (recorded.error) throw new Error(JSON.stringify(recorded.error));

const found = await client.GET("/v1/relationships/{a}-{b}", {
  params: { path: { a: "HAWAII", b: "USA" }, query: { as_of: "1875-01-01" } },
});
if (found.error) throw new Error(JSON.stringify(found.error));

const held: components["schemas"]["HeldVisit"] | null = found.data.visits.last_held["HAWAII"];
console.log(
  JSON.stringify({
    version: recorded.data.version,
    title: held?.title,
    acts: found.data.contact.acts,
    as_of: found.data.basis.as_of,
  }),
);
