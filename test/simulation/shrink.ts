import { check, type Violation } from "./check/check";
import { run } from "./run";
import type { Script, Step } from "./script";
import type { Subject } from "./subject";

/** How often a script may be lived through while it is made smaller. */
const MOST_RUNS = 160;

/** Makes a script as small as it can while the same rule stays broken in the same way. */
export async function shrink(script: Script, { rule, kind }: Violation, subject: Subject): Promise<Script> {
  let best = script;
  let runs = 0;
  const breaks = async (candidate: Script): Promise<boolean> => {
    if (++runs > MOST_RUNS) return false;
    return check(candidate, await run(candidate, subject)).some(
      (violation) => violation.rule === rule && violation.kind === kind,
    );
  };
  const attempt = async (candidate: Script): Promise<boolean> => {
    if (!(await breaks(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.steps.length && runs < MOST_RUNS;) {
      const steps = best.steps.toSpliced(at, size);
      if (!(await attempt({ ...best, steps }))) at += size;
    }
  }
  for (let at = 0; at < best.steps.length; at++)
    for (const simpler of simplerSteps(best.steps[at])) await attempt({ ...best, steps: best.steps.with(at, simpler) });
  await dropChains(() => best, attempt);
  for (const flow of simplerFlows(best)) await attempt({ ...best, flow });
  await attempt(earlier(best));
  const last = best.steps.at(-1)?.at ?? 0;
  await attempt({ ...best, length: Math.min(best.length, last + 60_000) });
  return best;
}

/** The same steps with the quiet time before the first one taken out. */
function earlier(script: Script): Script {
  const ahead = (script.steps[0]?.at ?? 0) - 20_000;
  if (ahead <= 0) return script;
  return {
    ...script,
    length: script.length - ahead,
    steps: script.steps.map((step) => ({ ...step, at: step.at - ahead })),
  };
}

function* simplerSteps(step: Step | undefined): Generator<Step> {
  if (!step) return;
  if (step.do === "crowd" && step.count > 100) {
    yield { ...step, count: Math.ceil(step.count / 4) };
    yield { ...step, count: Math.ceil(step.count / 2) };
  }
  if (step.do === "deploy")
    for (const change of step.change) if (step.change.length > 1) yield { ...step, change: [change] };
  if ((step.do === "kill" || step.do === "stop") && step.down > 10_000) yield { ...step, down: 10_000 };
  if ("plan" in step && step.plan) {
    const { reword, swap, ...plan } = step.plan;
    if (reword || swap) yield { ...step, plan };
  }
}

/** Chains that no message takes any more go. */
async function dropChains(best: () => Script, attempt: (candidate: Script) => Promise<boolean>): Promise<void> {
  for (let at = best().flow.chains.length - 1; at >= 0; at--) {
    const script = best();
    const isUsed = script.steps.some((step) => "plan" in step && step.plan?.chain === at);
    if (isUsed || script.flow.chains.length === 1) continue;
    const steps = script.steps.map((step) => moved(step, at));
    await attempt({ ...script, steps, flow: { ...script.flow, chains: script.flow.chains.toSpliced(at, 1) } });
  }
}

function moved(step: Step, gone: number): Step {
  if (step.do === "deploy") {
    const change = step.change.map((id) =>
      id.replace(/^c(\d+)/, (name, chain: string) => (Number(chain) > gone ? `c${Number(chain) - 1}` : name)),
    );
    return { ...step, change };
  }
  if (!("plan" in step) || !step.plan || step.plan.chain < gone) return step;
  return { ...step, plan: { ...step.plan, chain: step.plan.chain - 1 } };
}

function* simplerFlows({ flow }: Script): Generator<Script["flow"]> {
  const { people, second, catches, ...rest } = flow;
  if (people || second || catches) yield rest;
  yield { ...flow, pollInterval: 2, confirm: "handled", confirmTimeout: 60 };
  if (flow.mode === "fetch") yield { ...flow, bot: "id" };
}
