import { startSandbox, type Sandbox, type SandboxOptions } from "../../sandbox/index";

const taken = new Set<string>();

/**
 * A practice portal at an address that no test of this process had before: what is known of a portal's address (its
 * request budget, its older method names) outlives the nodes, and systems give ports out again.
 */
export async function startFreshSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  for (;;) {
    const sandbox = await startSandbox(options);
    if (options.port || !taken.has(sandbox.url)) {
      taken.add(sandbox.url);
      return sandbox;
    }
    await sandbox.close();
  }
}
