// The schema keeps to the recommended rules and to Relay's, but for what is named here.
import graphql from "@graphql-eslint/eslint-plugin";

const rules = {
  ...graphql.configs["flat/schema-recommended"].rules,
  ...graphql.configs["flat/schema-relay"].rules,
};
const OBJECTS = "ObjectTypeDefinition,ObjectTypeExtension";
const [severity, names] = rules["@graphql-eslint/naming-convention"];

export default [
  {
    files: ["**/*.graphql"],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: "./schema.graphql" } },
    },
    plugins: { "@graphql-eslint": graphql },
    rules: {
      ...rules,
      // `ActivityType` is the product's word.
      "@graphql-eslint/naming-convention": [
        severity,
        { ...names, [OBJECTS]: { ...names[OBJECTS], ignorePattern: "^ActivityType$" } },
      ],
      // Pages go forward only.
      "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
      // Short lists that belong to their object, such as errors, are lists and no connections.
      "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
      // What has an identity implements Node, and so has an id; payloads, results and statistics have none.
      "@graphql-eslint/strict-id-in-types": "off",
    },
  },
];
