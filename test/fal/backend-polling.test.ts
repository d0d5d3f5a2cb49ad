import { imageBackendContract } from "../contracts/image-backend.ts";
import { createProvider } from "./simulated-fal.ts";

imageBackendContract("fal by polls", {
  create: () => createProvider("none"),
  differences: { findsRunning: true, tellsLogs: true, tellsUnits: true },
});
