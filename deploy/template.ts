/** CloudFormation, as far as the TypeScript of this folder writes it. */
export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, Value>>;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: 'RetainExceptOnCreate';
  readonly UpdateReplacePolicy?: 'Retain';
}

export interface Fragment {
  readonly Resources: Readonly<Record<string, Resource>>;
}

export const ref = (name: string): Value => ({ Ref: name });
export const arnOf = (name: string): Value => ({ 'Fn::GetAtt': [name, 'Arn'] });
export const attribute = (name: string, of: string): Value => ({ 'Fn::GetAtt': [name, of] });
export const sub = (text: string): Value => ({ 'Fn::Sub': text });
export const either = (condition: string, yes: Value, no: Value): Value => ({
  'Fn::If': [condition, yes, no],
});
export const NOTHING = ref('AWS::NoValue');

/** `normalise` as the beginning of a resource's name. */
export function capitalised(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
