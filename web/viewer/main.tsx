import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "urql";
import { App } from "./App";
import { client } from "./data/client";
import { startTheme } from "./ui/theme";
import "./ui/theme.css";

startTheme();

const page = document.getElementById("page");
if (page === null) throw new Error("the page has no place for the viewer");
createRoot(page).render(
  <StrictMode>
    <Provider value={client}>
      <App />
    </Provider>
  </StrictMode>,
);
