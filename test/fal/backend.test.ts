import { imageBackendContract } from "../contracts/image-backend.ts";
import { createProvider } from "./simulated-fal.ts";

imageBackendContract("fal by its status stream", {
  create: () => createProvider("available"),
  differences: { findsRunning: true, tellsLogs: true, tellsUnits: true },
});
