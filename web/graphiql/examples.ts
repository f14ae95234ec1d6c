// Each file of examples/ is a tab, in the order of their names; the JSON of the same name is its variables.
const documents = import.meta.glob<string>("./examples/*.graphql", {
  query: "?raw",
  import: "default",
  eager: true,
});
const variables = import.meta.glob<string>("./examples/*.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

export const EXAMPLES = Object.entries(documents).map(([path, query]) => ({
  query,
  variables: variables[path.replace(".graphql", ".json")] ?? null,
}));
