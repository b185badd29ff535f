/** The vat side's half of the rules for deliveries and records that cross. Each can be switched off to show that it is needed. */
export interface VatSideRules {
  /** A drop or retire of an export that the vat has named since is withheld from it. */
  readonly withholdNamedExports: boolean;
  /** A retire of an import that the vat has retired itself is withheld from it. */
  readonly withholdRetiredImports: boolean;
  /** A promise that the vat does not know is a new import, whatever its sign. */
  readonly importUnknownPromises: boolean;
}

export const VAT_SIDE_RULES: VatSideRules = {
  withholdNamedExports: true,
  withholdRetiredImports: true,
  importUnknownPromises: true,
};
