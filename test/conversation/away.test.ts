import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import type { FaultKind, Sandbox } from "../../sandbox/index";
import { assertEachAnsweredOnce, count } from "./support/dialogs";
import { endScenes, startScene, type Scene } from "./support/scene";

const ECHO = { event: { wires: [["send1"], []] }, more: [{ id: "send1", type: "bitrix24-send", wires: [[], []] }] };
/** The longest pause between two polls. */
const INTERVAL = 10_000;

/** A wire to the portal that can be cut, so that connections are refused. */
class Wire {
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  async open(portalPort: number): Promise<number> {
    const server = createServer((socket) => {
      const onward = connect(portalPort, "127.0.0.1");
      for (const end of [socket, onward]) {
        this.#sockets.add(end);
        end.on("error", () => undefined);
        end.on("close", () => {
          this.#sockets.delete(end);
          socket.destroy();
          onward.destroy();
        });
      }
      socket.pipe(onward).pipe(socket);
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    return (this.#port = (server.address() as AddressInfo).port);
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

const statusIs = (scene: Scene, key: string): boolean => scene.statuses().at(-1)?.endsWith(key) === true;

/** Messages before, during and after the portal's absence, each answered once. */
async function throughAbsence(
  scene: Scene,
  leave: () => Promise<void> | void,
  comeBack: () => Promise<unknown> | void,
): Promise<void> {
  scene.writes("before 1");
  scene.writes("before 2");
  await scene.until(() => count(scene.sandbox, scene.botId()).answered === 2, "the answers before");
  await leave();
  for (let message = 1; message <= 5; message++) scene.writes(`while away ${message}`, `Client ${message}`);
  await scene.until(() => statusIs(scene, ":status.unreachable"), "the absence shows", 30_000);
  await comeBack();
  scene.writes("after");
  await scene.until(() => count(scene.sandbox, scene.botId()).missing.length === 0, "all answers", INTERVAL + 5_000);
  await scene.until(() => statusIs(scene, ":status.connected"), "the status");
  await scene.until(() => scene.control.events().queued.length <= 1, "everything is confirmed");
  assertEachAnsweredOnce(scene.sandbox, scene.botId(), 8);
}

describe("a portal that is away for a while", function () {
  this.timeout(60_000);
  afterEach(endScenes);

  it("refuses connections: events arrive when it is back, none lost, none answered twice", async () => {
    const wire = new Wire();
    let portalPort = 0;
    const address = async ({ url, webhookUrl }: Sandbox): Promise<string> => {
      portalPort = Number(new URL(url).port);
      return webhookUrl.replace(`:${portalPort}/`, `:${await wire.open(portalPort)}/`);
    };
    const scene = await startScene({ ...ECHO, address });
    await throughAbsence(
      scene,
      () => wire.cut(),
      () => wire.open(portalPort),
    );
    await endScenes();
    await wire.cut();
  });

  const kinds: FaultKind[] = ["drop-before", "html-503", "html-200", "drop-after"];
  for (const kind of kinds)
    it(`${kind}: events arrive when it is back, none lost, none answered twice`, async () => {
      const scene = await startScene(ECHO);
      await throughAbsence(
        scene,
        () => void scene.control.addFault({ kind, count: Infinity }),
        () => scene.control.clearFaults(),
      );
    });

  it("hangs: events arrive when it is back, none lost, none answered twice", async () => {
    const scene = await startScene(ECHO);
    await throughAbsence(
      scene,
      () => void scene.control.addFault({ kind: "hang", ms: 1_500, count: Infinity }),
      () => scene.control.clearFaults(),
    );
  });
});
