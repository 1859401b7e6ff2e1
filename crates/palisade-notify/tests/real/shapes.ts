// What the receivers' makers say about their requests, in the types that they publish.

import type { IAdaptiveCard } from '@microsoft/teams.cards';
import type { EventPayloadV2 } from '@pagerduty/pdjs/build/src/events';
import type { ChatPostMessageArguments } from '@slack/web-api';
import type { IncomingWebhookSendArguments } from '@slack/webhook';
import type { ApiMethods } from '@grammyjs/types';
import type { Activity, Attachment } from 'botframework-schema';
import type { RESTPostAPIWebhookWithTokenJSONBody } from 'discord-api-types/v10';

export type SlackBot = ChatPostMessageArguments;
export type SlackWebhook = IncomingWebhookSendArguments;
export type Teams = Pick<Activity, 'type'> & { attachments: (Omit<Attachment, 'content'> & { content: IAdaptiveCard })[] };
// The package leaves out two members that PagerDuty's page on events has,
export type PagerDutyTrigger = EventPayloadV2 & { client?: string; client_url?: string };
// and asks for a payload where the page does not.
export type PagerDutyFollowing = Omit<EventPayloadV2, 'payload'>;
export type Discord = RESTPostAPIWebhookWithTokenJSONBody;
export type Telegram = Parameters<ApiMethods<never>['sendMessage']>[0];
