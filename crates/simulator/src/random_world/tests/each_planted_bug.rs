//! The planted bugs, each with the property that it violates: `each_planted_bug!(judge)` makes a test of each, which calls
//! `judge(bug, property)`.

macro_rules! each_planted_bug {
    ($judge:ident) => {
        each_planted_bug! { with $judge;
            activation_without_negative_probes: NoNegatives violates ActivationProbes;
            activation_without_the_probe_without_an_id: NotWithoutId violates ActivationProbes;
            activation_without_the_probe_in_other_case: NotInOtherCase violates ActivationProbes;
            a_role_that_opens_without_an_id_is_served: OpenIsFine violates ActivationProbes;
            mail_about_suspended_accounts: EverybodyIsActive violates NotificationState;
            service_of_suspended_accounts: EverybodyIsActive violates StaysActive;
            departure_by_a_partial_listing: PartialIsComplete violates Departure;
            nobody_ever_departs: CompleteIsPartial violates DepartureIsNoticed;
            throttling_read_as_denied: UnknownIsDenied violates UnknownAsDenied;
            fall_back_on_throttling: FallBackOnThrottling violates FallBack;
            no_pause: NeverPauses violates Pause;
            a_pause_without_end: NeverResumes violates Pause;
            a_pause_for_a_new_account: PausesForAnything violates Pause;
            two_mails_at_one_tick: MailsTwice violates NotificationTwice;
            wrong_numbers: NumbersFromTwo violates NotificationNumber;
            mail_for_a_check_that_says_nothing: MailsForUnknown violates NotificationCheck;
            no_second_mail: MailsOnce violates WrongIsNotifiedTwice;
            service_of_who_departed: ServesDeparted violates ActivationListing;
            service_of_who_is_claimed_twice: ServesClaimant violates TwoTenants;
            service_after_a_loss: ServesOn violates StaysActive;
            throttling_ends_the_service: UnknownEndsService violates ServiceOrder;
            nobody_is_served: ServesNobody violates RightBecomesActive;
            resellers_are_asked_for_member_roles: AsksResellers violates Lagging;
            a_migration_that_does_not_end: MigrationsGoOn violates WrongIsNotifiedTwice;
        }
    };
    (with $judge:ident; $($name:ident: $bug:ident violates $property:ident;)*) => {
        $(#[test] fn $name() { $judge(Planted::$bug, Property::$property); })*
    };
}
