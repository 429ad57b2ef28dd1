//! The tables, as diesel knows them. Only types that both databases spell alike.

diesel::table! { settings (name) { name -> Text, value -> Text, } }
diesel::table! { counters (name) { name -> Text, next -> BigInt, } }
diesel::table! { divisions (code) { code -> Text, name -> Text, level -> Text, } }
diesel::table! {
    agencies (number) {
        number -> Integer,
        code -> Text,
        name -> Text,
        division -> Text,
        department -> Text,
        issuer -> Bool,
        user_of -> Bool,
    }
}
diesel::table! {
    certificate_types (number, version) {
        number -> Integer,
        version -> Integer,
        code -> Text,
        definition -> Text,
        code_fields -> Text,
        loaded_at -> BigInt,
    }
}
diesel::table! {
    successions (predecessor, successor) {
        predecessor -> Text,
        successor -> Integer,
        basis -> Text,
    }
}
diesel::table! {
    status_lists (number) {
        number -> Integer,
        issuer -> Integer,
        size -> Integer,
        next -> Integer,
    }
}
diesel::table! {
    certificates (id) {
        id -> BigInt,
        type_number -> Integer,
        type_version -> Integer,
        issuer -> Integer,
        serial -> Text,
        version -> SmallInt,
        number_index -> Binary,
        content_mac -> Binary,
        issued_at -> BigInt,
        valid_from -> BigInt,
        valid_to -> Nullable<BigInt>,
        list_number -> Integer,
        list_index -> Integer,
        status -> SmallInt,
        status_at -> BigInt,
        predecessor -> Nullable<BigInt>,
        digest -> Binary,
        key_id -> SmallInt,
        sealed -> Binary,
    }
}
diesel::table! {
    certificate_holders (certificate_id, position) {
        certificate_id -> BigInt,
        position -> SmallInt,
        role -> SmallInt,
        holder_index -> Binary,
        type_number -> Integer,
    }
}
diesel::table! {
    pictures (certificate_id, field) {
        certificate_id -> BigInt,
        field -> Text,
        sha256 -> Binary,
        key_id -> SmallInt,
        sealed -> Binary,
    }
}
diesel::table! { subjects (holder_index) { holder_index -> Binary, subject -> Binary, } }
diesel::table! {
    ledger (seq) {
        seq -> BigInt,
        at -> BigInt,
        kind -> SmallInt,
        actor -> Text,
        agency -> Nullable<Integer>,
        certificate_id -> Nullable<BigInt>,
        subject -> Nullable<Binary>,
        digest -> Nullable<Binary>,
        status -> Nullable<SmallInt>,
        commitment -> Nullable<Binary>,
        mac -> Binary,
    }
}
diesel::table! {
    ledger_details (seq) {
        seq -> BigInt,
        key_id -> SmallInt,
        sealed -> Binary,
    }
}
diesel::table! { ledger_head (one) { one -> SmallInt, seq -> BigInt, mac -> Binary, } }
diesel::table! {
    keys (kid) {
        kid -> Text,
        agency -> Integer,
        key_use -> Text,
        name -> Text,
        alg -> Text,
        x -> Text,
        not_before -> BigInt,
        not_after -> BigInt,
        state -> SmallInt,
        since -> Nullable<BigInt>,
    }
}
diesel::table! { trust_lists (sequence) { sequence -> BigInt, token -> Text, } }
diesel::table! { revocation_lists (sequence) { sequence -> BigInt, token -> Text, } }
diesel::table! {
    show_sessions (id) {
        id -> BigInt,
        subject -> Binary,
        choice_key_id -> SmallInt,
        choice -> Binary,
        created_at -> BigInt,
        held -> Bool,
        spent_at -> Nullable<BigInt>,
        spent_by -> Nullable<Text>,
    }
}
diesel::table! {
    live_codes (digest) {
        digest -> Binary,
        spoken -> Binary,
        session -> BigInt,
        expires_at -> BigInt,
    }
}
diesel::table! { spoken_failures (actor, at) { actor -> Text, at -> BigInt, } }
diesel::table! {
    compact_codes (digest) {
        digest -> Binary,
        nonce -> Binary,
        reference -> Nullable<Binary>,
        certificate_id -> BigInt,
        made_at -> BigInt,
        expires_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    copies (link) {
        link -> Binary,
        certificate_id -> BigInt,
        use_record -> BigInt,
        made_at -> BigInt,
        link_until -> BigInt,
        taken_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    spent_offline_codes (nonce) {
        nonce -> Binary,
        at -> BigInt,
        by_actor -> Text,
        expires_at -> BigInt,
    }
}
diesel::table! {
    credentials (digest) {
        digest -> Binary,
        id -> Text,
        kind -> SmallInt,
        label -> Text,
        role -> Text,
        agency -> Nullable<Integer>,
        holder_index -> Nullable<Binary>,
        holder_key_id -> Nullable<SmallInt>,
        holder_sealed -> Nullable<Binary>,
        created_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    app_secrets (id) {
        id -> BigInt,
        key_id -> SmallInt,
        sealed -> Binary,
    }
}
diesel::table! {
    caller_nonces (credential, nonce) {
        credential -> Text,
        nonce -> Text,
        until -> BigInt,
    }
}
diesel::table! {
    denied_codes (nonce) {
        nonce -> Binary,
        at -> BigInt,
        expires_at -> BigInt,
    }
}
diesel::table! {
    grants (id) {
        id -> BigInt,
        agency -> Integer,
        type_number -> Integer,
        item -> Text,
        fields -> Text,
        until -> BigInt,
        modes -> Text,
        quota_per_day -> Integer,
    }
}
diesel::table! {
    grant_proposals (id) {
        id -> BigInt,
        agency -> Integer,
        type_number -> Integer,
        item -> Text,
        fields -> Text,
        modes -> Text,
        quota_per_day -> Integer,
        until -> BigInt,
        against -> Nullable<Text>,
        proposed_by -> Text,
        proposed_at -> BigInt,
        state -> SmallInt,
        settled_by -> Nullable<Text>,
        settled_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    sources (type_number) {
        type_number -> Integer,
        name -> Text,
        configuration -> Text,
        loaded_at -> BigInt,
        loaded_by -> Text,
    }
}
diesel::table! {
    idempotency_keys (caller, route, key) {
        caller -> Text,
        route -> Text,
        key -> Text,
        digest -> Binary,
        reference -> Nullable<Text>,
        at -> BigInt,
    }
}
diesel::table! {
    batches (id) {
        id -> BigInt,
        public_id -> Text,
        caller -> Text,
        issuer -> Integer,
        type_number -> Integer,
        options -> Text,
        state -> SmallInt,
        total -> BigInt,
        done -> BigInt,
        counts -> Text,
        problem -> Nullable<Text>,
        created_at -> BigInt,
        lease_until -> BigInt,
    }
}
diesel::table! {
    batch_files (batch, file, piece) {
        batch -> BigInt,
        file -> SmallInt,
        piece -> Integer,
        key_id -> SmallInt,
        sealed -> Binary,
    }
}
diesel::table! {
    mandates (id) {
        id -> BigInt,
        kind -> SmallInt,
        parent -> Nullable<BigInt>,
        principal_index -> Binary,
        agent_index -> Binary,
        items -> Text,
        types -> Text,
        valid_from -> BigInt,
        until -> BigInt,
        side -> SmallInt,
        state -> SmallInt,
        office -> Nullable<Integer>,
        proposed_at -> BigInt,
        proposed_by -> Text,
        confirmed_at -> Nullable<BigInt>,
        confirmed_by -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
        ended_by -> Nullable<Text>,
        key_id -> SmallInt,
        sealed -> Binary,
    }
}
diesel::table! {
    guardian_orders (id) {
        id -> BigInt,
        child_index -> Binary,
        guardian_index -> Binary,
        what -> SmallInt,
        at -> BigInt,
        agency -> Nullable<Integer>,
        proposed_at -> BigInt,
        proposed_by -> Text,
        confirmed_at -> Nullable<BigInt>,
        confirmed_by -> Nullable<Text>,
        key_id -> SmallInt,
        sealed -> Binary,
    }
}
diesel::table! {
    notices (id) {
        id -> BigInt,
        holder_index -> Binary,
        kind -> SmallInt,
        at -> BigInt,
        read_at -> Nullable<BigInt>,
        key_id -> SmallInt,
        sealed -> Binary,
    }
}

diesel::table! {
    items (code) {
        code -> Text,
        name -> Text,
        scenario -> Text,
        division -> Text,
        department -> Text,
        holder_kind -> Text,
        listed -> Bool,
    }
}
diesel::table! {
    item_rules (base_code, version) {
        base_code -> Text,
        version -> Integer,
        materials -> Text,
        loaded_at -> BigInt,
    }
}
diesel::table! {
    cases (id) {
        id -> BigInt,
        number -> Text,
        agency -> Integer,
        foreign_number -> Nullable<Text>,
        opened_at -> BigInt,
        opened_by -> Text,
        closed_at -> Nullable<BigInt>,
        revision -> Integer,
        key_id -> SmallInt,
        sealed -> Binary,
    }
}
diesel::table! {
    case_people (case_id, position) {
        case_id -> BigInt,
        position -> SmallInt,
        holder_index -> Binary,
    }
}
diesel::table! {
    case_items (case_id, position) {
        case_id -> BigInt,
        position -> SmallInt,
        item -> Text,
        agency -> Integer,
    }
}
diesel::table! {
    case_materials (case_id, position) {
        case_id -> BigInt,
        position -> SmallInt,
        type_number -> Nullable<Integer>,
        state -> SmallInt,
        route -> Nullable<SmallInt>,
        reason -> Nullable<SmallInt>,
        decided_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    case_wants (case_id, material, item) {
        case_id -> BigInt,
        material -> SmallInt,
        item -> SmallInt,
    }
}
diesel::table! {
    spent_certificates (certificate_id, base_code) {
        certificate_id -> BigInt,
        base_code -> Text,
        case_id -> BigInt,
    }
}
diesel::table! {
    consents (id) {
        id -> BigInt,
        code_digest -> Binary,
        case_id -> Nullable<BigInt>,
        agency -> Integer,
        slip -> Nullable<Text>,
        holder_index -> Binary,
        mode -> SmallInt,
        state -> SmallInt,
        asked_at -> BigInt,
        expires_at -> BigInt,
        answered_at -> Nullable<BigInt>,
        key_id -> SmallInt,
        sealed -> Binary,
        due_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    receipts (id) {
        id -> BigInt,
        case_id -> BigInt,
        version -> SmallInt,
        digest -> Binary,
        issued_at -> BigInt,
        voided_at -> Nullable<BigInt>,
        key_id -> SmallInt,
        sealed -> Binary,
    }
}
diesel::table! {
    tasks (id) {
        id -> BigInt,
        kind -> SmallInt,
        agency -> Integer,
        case_id -> Nullable<BigInt>,
        material -> Nullable<SmallInt>,
        certificate_id -> Nullable<BigInt>,
        state -> SmallInt,
        opened_at -> BigInt,
        opened_by -> Text,
        answered_at -> Nullable<BigInt>,
        answered_by -> Nullable<Text>,
        key_id -> SmallInt,
        sealed -> Binary,
    }
}
diesel::table! { foreign_uses (record) { record -> BigInt, case_id -> BigInt, } }
diesel::table! {
    foreign_cases (id) {
        id -> BigInt,
        agency -> Integer,
        number -> Text,
        item -> Text,
        opened_at -> BigInt,
        until -> BigInt,
        registered_at -> BigInt,
        registered_by -> Text,
        closed_at -> Nullable<BigInt>,
        closed_by -> Nullable<Text>,
        result -> Nullable<SmallInt>,
        holder_index -> Binary,
        body_digest -> Binary,
        key_id -> SmallInt,
        sealed -> Binary,
    }
}
diesel::table! {
    use_counts (scope, day) {
        scope -> Text,
        day -> Integer,
        uses -> BigInt,
    }
}
diesel::table! {
    odd_uses (scope, day, record) {
        scope -> Text,
        day -> Integer,
        record -> BigInt,
    }
}
diesel::table! {
    alarms (id) {
        id -> BigInt,
        agency -> Integer,
        item -> Text,
        scope -> Text,
        day -> Integer,
        raised_at -> BigInt,
        settled_at -> Nullable<BigInt>,
        settled_by -> Nullable<Text>,
        key_id -> SmallInt,
        sealed -> Binary,
    }
}
diesel::table! {
    mirrors (id) {
        id -> BigInt,
        type_number -> Integer,
        holder_index -> Binary,
        number_index -> Binary,
        at -> BigInt,
        key_id -> SmallInt,
        sealed -> Binary,
    }
}
diesel::table! {
    accounts (id) {
        id -> BigInt,
        name_index -> Nullable<Binary>,
        role -> Text,
        agency -> Nullable<Integer>,
        place -> Nullable<Text>,
        holder_index -> Nullable<Binary>,
        password -> Nullable<Text>,
        created_at -> BigInt,
        created_by -> Text,
        changed_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
        code_step -> BigInt,
        key_id -> SmallInt,
        sealed -> Binary,
    }
}
diesel::table! {
    sessions (digest) {
        digest -> Binary,
        id -> BigInt,
        account -> BigInt,
        way -> SmallInt,
        device -> Text,
        begun_at -> BigInt,
        seen_at -> BigInt,
        ends_at -> BigInt,
        mac -> Binary,
    }
}
diesel::table! {
    login_failures (scope) {
        scope -> Binary,
        failures -> Integer,
        last_at -> BigInt,
        until -> BigInt,
    }
}
diesel::allow_tables_to_appear_in_same_query!(accounts, sessions);
diesel::allow_tables_to_appear_in_same_query!(alarms, odd_uses);
diesel::allow_tables_to_appear_in_same_query!(certificate_holders, certificates);
diesel::allow_tables_to_appear_in_same_query!(ledger, ledger_details);
diesel::allow_tables_to_appear_in_same_query!(live_codes, show_sessions);
diesel::allow_tables_to_appear_in_same_query!(
    case_people,
    case_items,
    case_materials,
    case_wants,
    cases
);
