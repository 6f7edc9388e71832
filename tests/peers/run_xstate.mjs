// Makes an XState machine of each config and takes it through its walks. The file given as argument holds `machines`, by
// name, and `walks`: pairs of a machine's name and the events it is told. Prints, for each walk, the state of every
// region at the beginning and after each event.
import { readFileSync } from "node:fs";
import { createMachine, initialTransition, transition } from "xstate";

const told = JSON.parse(readFileSync(process.argv[2], "utf8"));
const holds = ({ event }, { verdicts }) => verdicts.every((name) => event[name] === true);
const machines = Object.fromEntries(
  Object.entries(told.machines).map(([name, config]) => [name, createMachine(config, { guards: { holds } })]),
);
const regions = (value) => (typeof value === "string" ? [value] : Object.values(value));

const stood = told.walks.map(([name, events]) => {
  let [snapshot] = initialTransition(machines[name]);
  const states = [regions(snapshot.value)];
  for (const event of events) {
    [snapshot] = transition(machines[name], snapshot, event);
    states.push(regions(snapshot.value));
  }
  return states;
});
console.log(JSON.stringify(stood));
