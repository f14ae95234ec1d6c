import type { CodegenConfig } from "@graphql-codegen/cli";

// The types of the API and of each operation, from the schema that the server exports.
const config: CodegenConfig = {
  schema: "../schema.graphql",
  documents: ["viewer/**/*.{ts,tsx}", "!viewer/api/**"],
  ignoreNoDocuments: true,
  generates: {
    "viewer/api/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: { DateTime: "string", JSON: "unknown" },
        nonOptionalTypename: false,
        skipTypename: true,
      },
    },
  },
};

export default config;
