import type { Answer, Scim } from './rollcall.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** Okta with the shapes of its catalogue template: PUT for profiles, PATCH for activation and groups. */
export class Okta {
  constructor(readonly scim: Scim) {}

  find(userName: string): Promise<Answer> {
    const filter = encodeURIComponent(`userName eq "${userName}"`);
    return this.scim.send('GET', `/Users?filter=${filter}&startIndex=1&count=100`);
  }

  create(userName: string, given: string, family: string): Promise<Answer> {
    return this.scim.send('POST', '/Users', {
      schemas: [USER],
      userName,
      name: { givenName: given, familyName: family },
      emails: [{ primary: true, value: userName, type: 'work' }],
      displayName: `${given} ${family}`,
      locale: 'en-US',
      externalId: `00u${given}${family}`,
      groups: [],
      password: 'x7Random',
      active: true,
    });
  }

  /** Reads the whole object, changes it and puts it back, as a profile push does. */
  async update(id: string, change: Record<string, unknown>): Promise<Answer> {
    const { body } = await this.scim.send('GET', `/Users/${id}`);
    return this.scim.send('PUT', `/Users/${id}`, { ...body, ...change });
  }

  setActive(id: string, active: boolean): Promise<Answer> {
    return this.scim.send('PATCH', `/Users/${id}`, { schemas: [PATCH], Operations: [{ op: 'replace', value: { active } }] });
  }

  pushGroup(displayName: string): Promise<Answer> {
    return this.scim.send('POST', '/Groups', { schemas: [GROUP], displayName, members: [] });
  }

  /** A membership change, sent with the name each time, as Okta does. */
  async changeMembers(
    group: string,
    displayName: string,
    add: { value: string; display: string }[],
    remove: string[] = [],
  ): Promise<Answer> {
    await this.scim.send('PATCH', `/Groups/${group}`, {
      schemas: [PATCH],
      Operations: [{ op: 'replace', value: { id: group, displayName } }],
    });
    return this.scim.send('PATCH', `/Groups/${group}`, {
      schemas: [PATCH],
      Operations: [
        ...remove.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })),
        ...(add.length ? [{ op: 'add', path: 'members', value: add }] : []),
      ],
    });
  }

  unlinkGroup(group: string): Promise<Answer> {
    return this.scim.send('DELETE', `/Groups/${group}`);
  }
}
