//! The hooks of a ref, made from the flags.

use std::sync::Mutex;

use chassis::process::Context;
use client::outbound::Outbound;

use crate::{
    git::Git,
    hooks::{Action, Gate, Hook, Program, Request},
    instruments::Instruments,
    redact::Redactor,
    repository::Layout,
    settings::{HookSettings, Settings},
};

/// What every hook works with.
pub(super) struct Hooks {
    pub(super) outbound: Outbound,
    pub(super) redactor: Redactor,
    pub(super) git: Git,
    pub(super) layout: Layout,
    pub(super) instruments: Instruments,
}

impl Hooks {
    /// The hook that runs when a tree is ready.
    pub(super) fn before(&self, settings: &Settings, context: &Context) -> Option<Hook> {
        let hook = settings.pre_publish.as_ref()?;
        Some(self.start("pre-publish-exechook", self.program(hook), hook, settings, context))
    }

    /// The hooks that run when the link has moved.
    pub(super) fn after(&self, settings: &Settings, context: &Context) -> Vec<Hook> {
        let program =
            settings.exechook.as_ref().map(|hook| self.start("exechook", self.program(hook), hook, settings, context));
        let request = settings
            .webhook
            .as_ref()
            .map(|hook| self.start("webhook", self.request(hook, settings), hook, settings, context));
        program.into_iter().chain(request).collect()
    }

    /// The program that has the last word before the link moves.
    pub(super) fn gate(&self, settings: &Settings) -> Option<Gate> {
        let hook = settings.gate.as_ref()?;
        let (program, instruments) = (self.program_of(hook), self.instruments.clone());
        Some(Gate { program, backoff: hook.backoff, instruments, refused: Mutex::default() })
    }

    fn program(&self, hook: &HookSettings) -> Action {
        Action::Program(self.program_of(hook))
    }

    fn program_of(&self, hook: &HookSettings) -> Program {
        let (git, layout, redactor) = (self.git.clone(), self.layout.clone(), self.redactor.clone());
        Program { path: hook.target.clone(), timeout: hook.timeout, git, layout, redactor }
    }

    fn request(&self, hook: &HookSettings, settings: &Settings) -> Action {
        Action::Request(Request {
            url: hook.target.clone(),
            method: settings.flags.webhook_method.clone(),
            success_status: settings.flags.webhook_success_status,
            timeout: hook.timeout,
            outbound: self.outbound.clone(),
            redactor: self.redactor.clone(),
        })
    }

    fn start(
        &self,
        name: &'static str,
        action: Action,
        hook: &HookSettings,
        settings: &Settings,
        context: &Context,
    ) -> Hook {
        let (tasks, shutdown) = (context.tasks(), context.shutdown());
        let backoff = (!settings.pace.once).then_some(hook.backoff);
        Hook::start(name, action, backoff, self.instruments.clone(), tasks, shutdown)
    }
}
