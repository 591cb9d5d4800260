export { argsort } from "./argsort.js";
