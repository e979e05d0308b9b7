import globals from "globals";
import html from "eslint-plugin-html";
import tseslint from "typescript-eslint";

/** Tests are long lists; everything else has to fit on a screen. */
const PRODUCT = [
  ...["nodes/**/*.ts", "editor/**/*.ts", "open-channels/**/*.ts", "rest/**/*.ts", "sandbox/**/*.ts"],
  ...["scripts/**/*.mjs", "bench/**/*.ts"],
];

export default tseslint.config(
  { ignores: ["dist/", "coverage/", "node_modules/", "examples/"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.mjs"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/require-await": "off",
      "no-empty": ["error", { allowEmptyCatch: false }],
      "no-console": "error",
      eqeqeq: "error",
      // Blank lines and comments count: a file is read as it is.
      "max-lines": ["error", 350],
    },
  },
  // What the page itself cannot help is for the browser's console.
  { files: ["sandbox/page/**/*.ts"], rules: { "no-console": ["error", { allow: ["warn"] }] } },
  { files: PRODUCT, rules: { "max-lines-per-function": ["error", 60] } },
  { files: ["**/*.d.ts"], rules: { "no-var": "off" } },
  { files: ["test/**/*.ts", "bench/**/*.ts", "sandbox/cli.ts"], rules: { "no-console": "off" } },
  {
    files: ["**/*.mjs"],
    rules: {
      "no-console": "off",
      "@typescript-eslint/unbound-method": "off",
      // JSON.parse and pages bring values without a type, which JSDoc cannot narrow without repeating each shape.
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  {
    files: ["**/*.html"],
    plugins: { html },
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { sourceType: "script", globals: { ...globals.browser, RED: "readonly", Bitrix24: "readonly" } },
    rules: { "no-undef": "error", "@typescript-eslint/no-unused-vars": ["error", { args: "none" }] },
  },
);
