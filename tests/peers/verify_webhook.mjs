// Verifies messages as a receiver would: reads [{secret, headers, body}] as JSON, prints for each what came of it.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

for (const { secret, headers, body } of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    console.log(JSON.stringify(new Webhook(secret).verify(body, headers)));
  } catch (error) {
    console.log(`refused: ${error.message}`);
  }
}
