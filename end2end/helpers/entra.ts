import type { Answer, Scim } from './rollcall.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** Microsoft Entra ID, with the shapes of its default job or, with `flag`, of `aadOptscim062020`. */
export class Entra {
  constructor(
    readonly scim: Scim,
    readonly flag = false,
  ) {}

  /** What "Test connection" sends: a lookup of a user and of a group that cannot exist. */
  async testConnection(): Promise<Answer[]> {
    const guid = '5c1f0d5e-6f0a-4b8e-9f0c-0a4f3d1b2c3d';
    return [
      await this.scim.send('GET', `/Users?filter=userName+eq+"${guid}"`),
      await this.scim.send('GET', `/Groups?excludedAttributes=members&filter=displayName+eq+"${guid}"`),
    ];
  }

  find(userName: string): Promise<Answer> {
    return this.scim.send('GET', `/Users?filter=userName+eq+"${encodeURIComponent(userName)}"`);
  }

  create(userName: string, given: string, family: string): Promise<Answer> {
    return this.scim.send('POST', '/Users', {
      schemas: [USER, ENTERPRISE],
      externalId: userName.split('@')[0],
      userName,
      active: true,
      displayName: `${given} ${family}`,
      name: { givenName: given, familyName: family, formatted: `${given} ${family}` },
      emails: [{ primary: true, type: 'work', value: userName }],
      [ENTERPRISE]: { department: 'R&D' },
      meta: { resourceType: 'User' },
      roles: [],
      addresses: null,
      phoneNumbers: null,
      title: null,
    });
  }

  patch(id: string, ...operations: unknown[]): Promise<Answer> {
    return this.scim.send('PATCH', `/Users/${id}`, { schemas: [PATCH], Operations: operations });
  }

  rename(id: string, familyName: string, email: string): Promise<Answer> {
    return this.flag
      ? this.patch(id, { op: 'replace', value: { 'name.familyName': familyName, [`${ENTERPRISE}:department`]: 'Labs' } })
      : this.patch(
          id,
          { op: 'Replace', path: 'name.familyName', value: familyName },
          { op: 'Add', path: 'emails[type eq "work"].value', value: email },
          { op: 'Add', path: `${ENTERPRISE}:department`, value: 'Labs' },
        );
  }

  setActive(id: string, active: boolean): Promise<Answer> {
    return this.flag
      ? this.patch(id, { op: 'replace', path: 'active', value: active })
      : this.patch(id, { op: 'Replace', path: 'active', value: active ? 'True' : 'False' });
  }

  findGroup(displayName: string): Promise<Answer> {
    return this.scim.send(
      'GET',
      `/Groups?excludedAttributes=members&filter=displayName+eq+"${encodeURIComponent(displayName)}"`,
    );
  }

  createGroup(displayName: string): Promise<Answer> {
    return this.scim.send('POST', '/Groups', {
      schemas: [GROUP, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: `object-${displayName}`,
      displayName,
      meta: { resourceType: 'Group' },
    });
  }

  private patchGroup(id: string, ...operations: unknown[]): Promise<Answer> {
    return this.scim.send('PATCH', `/Groups/${id}`, { schemas: [PATCH], Operations: operations });
  }

  addMembers(group: string, ...ids: string[]): Promise<Answer> {
    const value = ids.map((id) => ({ $ref: null, value: id }));
    return this.patchGroup(group, { op: this.flag ? 'add' : 'Add', path: 'members', value });
  }

  removeMember(group: string, id: string): Promise<Answer> {
    return this.flag
      ? this.patchGroup(group, { op: 'remove', path: `members[value eq "${id}"]` })
      : this.patchGroup(group, { op: 'Remove', path: 'members', value: [{ $ref: null, value: id }] });
  }

  renameGroup(group: string, displayName: string): Promise<Answer> {
    return this.patchGroup(group, { op: this.flag ? 'replace' : 'Replace', path: 'displayName', value: displayName });
  }
}
