// Serves stripe-stateful-mock on a free loopback port, and says which.
import log from "loglevel";
import mock from "stripe-stateful-mock";

log.setDefaultLevel("silent");
const listening = mock.createExpressApp().listen(0, "127.0.0.1", () => {
  process.stdout.write(`${listening.address().port}\n`);
});
