//! The binary form, which is embedded: fixed-size little-endian records in sorted sections, so that a look-up is a
//! binary search on the bytes. The layout is described in `crates/iam-catalog/src/bytes.rs`, which reads it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};

use super::model::{
    Action, Catalog, KEY_CATEGORIES, Key, LEVELS, MARKS, ResourceType, Service, VALUE_TYPES, is_pattern,
};

const MAGIC: &[u8; 8] = b"ROLECAT1";
/// The bound for the embedded form.
const SIZE_MAX: usize = 2_000_000;

/// Encodes the catalogue. The same catalogue gives the same bytes.
pub(super) fn encode(catalog: &Catalog) -> Result<Vec<u8>> {
    let ids = Ids::of(catalog)?;
    let mut writer = Writer::default();
    writer.versions(catalog)?;
    writer.keys(catalog, &ids)?;
    for (index, service) in catalog.services.iter().enumerate() {
        writer.service(index, service, &ids).with_context(|| format!("service `{}`", service.prefix))?;
    }
    let bytes = writer.finish()?;
    ensure!(bytes.len() < SIZE_MAX, "the binary form has {} bytes, {SIZE_MAX} are the limit", bytes.len());
    Ok(bytes)
}

/// Key names and types with the number of their record, and action names with theirs.
struct Ids {
    keys: BTreeMap<KeyOrder, u16>,
    actions: BTreeMap<String, u32>,
}

/// Lower-case name, then spelling, then type: the order of the key records.
type KeyOrder = (String, String, String);

fn key_order(name: &str, value_type: &str) -> KeyOrder {
    (name.to_lowercase(), name.to_owned(), value_type.to_owned())
}

impl Ids {
    fn of(catalog: &Catalog) -> Result<Self> {
        let globals = catalog.global_keys.values().map(|key| key_order(&key.name, &key.value_type));
        let services = catalog.services.iter().flat_map(|service| &service.keys);
        let all: BTreeSet<KeyOrder> =
            globals.chain(services.map(|key| key_order(&key.name, &key.value_type))).collect();
        let mut keys = BTreeMap::new();
        for (index, order) in all.into_iter().enumerate() {
            keys.insert(order, narrow(index)?);
        }
        let mut actions = BTreeMap::new();
        for service in &catalog.services {
            for action in &service.actions {
                let id = u32::try_from(actions.len())?;
                actions.insert(format!("{}:{}", service.prefix, action.name).to_lowercase(), id);
            }
        }
        Ok(Self { keys, actions })
    }

    fn key(&self, key: &Key) -> Result<u16> {
        let id = self.keys.get(&key_order(&key.name, &key.value_type)).copied();
        id.with_context(|| format!("no record for the key `{}`", key.name))
    }
}

/// The sections while they grow.
#[derive(Default)]
struct Writer {
    strings: Strings,
    meta: Vec<u8>,
    services: Vec<u8>,
    actions: Vec<u8>,
    types: Vec<u8>,
    arns: Vec<u8>,
    keys: Vec<u8>,
    key_lists: Lists<u16>,
    action_lists: Lists<u32>,
    row_lists: Lists<Row>,
}

/// A resource type of an action: number of the type, required, its list of keys.
type Row = (u16, bool, u16);

impl Writer {
    fn versions(&mut self, catalog: &Catalog) -> Result<()> {
        let versions = &catalog.versions;
        for text in [&versions.iam_data, &versions.iam_data_date, &versions.policy_sentry] {
            let text = self.strings.put(text)?;
            self.meta.extend(text);
        }
        Ok(())
    }

    /// The key records, and as lists 1 and 2 the global keys and the patterns; list 0 is empty.
    fn keys(&mut self, catalog: &Catalog, ids: &Ids) -> Result<()> {
        let mut globals = Vec::new();
        let mut patterns = Vec::new();
        for ((lower, name, value_type), id) in &ids.keys {
            let global = catalog.global_keys.get(lower);
            let category = match global {
                Some(key) => position(&KEY_CATEGORIES, &key.category)? + 1,
                None => 0,
            };
            let multi = value_type.strip_prefix("ArrayOf");
            let kind = position(&VALUE_TYPES, multi.unwrap_or(value_type))?;
            let flags = u8::from(multi.is_some()) << 7 | u8::from(is_pattern(name)) << 6;
            let text = self.strings.put(name)?;
            self.keys.extend(text);
            self.keys.extend([kind | flags, category]);
            if global.is_some_and(|key| key.name == *name && key.value_type == *value_type) {
                globals.push(*id);
            }
            if is_pattern(name) {
                patterns.push(*id);
            }
        }
        for list in [Vec::new(), globals, patterns] {
            self.key_lists.push(list);
        }
        self.action_lists.push(Vec::new());
        self.row_lists.push(Vec::new());
        Ok(())
    }

    fn service(&mut self, index: usize, service: &Service, ids: &Ids) -> Result<()> {
        let index = narrow(index)?;
        let by_name: BTreeMap<String, u16> =
            service.keys.iter().map(|key| Ok((key.name.to_lowercase(), ids.key(key)?))).collect::<Result<_>>()?;
        let first_action = u32::try_from(self.actions.len() / 14)?;
        let first_type: u16 = narrow(self.types.len() / 12)?;
        for text in [&service.prefix, &service.name, &service.category, &service.reference] {
            let text = self.strings.put(text)?;
            self.services.extend(text);
        }
        let keys = self.key_lists.put(by_name.values().copied().collect())?;
        self.services.extend(first_action.to_le_bytes());
        self.services.extend(first_type.to_le_bytes());
        self.services.extend(keys.to_le_bytes());
        self.services.push(u8::from(service.supports_rcp));
        let mut types = BTreeMap::new();
        for (nth, resource_type) in service.types.iter().enumerate() {
            types.insert(resource_type.key.to_lowercase(), narrow(usize::from(first_type) + nth)?);
            self.resource_type(index, resource_type, &by_name)?;
        }
        for action in &service.actions {
            let of = || format!("action `{}`", action.name);
            self.action(index, action, &by_name, &types, &ids.actions).with_context(of)?;
        }
        Ok(())
    }

    fn key_list(&mut self, names: &[String], by_name: &BTreeMap<String, u16>) -> Result<u16> {
        self.key_lists.put(numbers(names, by_name)?)
    }

    fn resource_type(&mut self, service: u16, item: &ResourceType, by_name: &BTreeMap<String, u16>) -> Result<()> {
        let first_arn: u16 = narrow(self.arns.len() / 6)?;
        for arn in &item.arns {
            let text = self.strings.put(arn)?;
            self.arns.extend(text);
        }
        let keys = self.key_list(&item.keys, by_name)?;
        let text = self.strings.put(&item.key)?;
        self.types.extend(text);
        for number in [service, first_arn, keys] {
            self.types.extend(number.to_le_bytes());
        }
        Ok(())
    }

    fn action(
        &mut self,
        service: u16,
        action: &Action,
        by_name: &BTreeMap<String, u16>,
        types: &BTreeMap<String, u16>,
        actions: &BTreeMap<String, u32>,
    ) -> Result<()> {
        let mut flags = position(&LEVELS, &action.level)?;
        for mark in &action.marks {
            flags |= 1 << (4 + position(&MARKS, mark)?);
        }
        let mut rows = Vec::new();
        for row in &action.resources {
            let resource_type = types.get(&row.resource_type.to_lowercase()).copied();
            let resource_type = resource_type.with_context(|| format!("no type `{}`", row.resource_type))?;
            rows.push((resource_type, row.required, self.key_list(&row.keys, by_name)?));
        }
        let keys = self.key_list(&action.keys, by_name)?;
        let depends = self.action_lists.put(numbers(&action.depends, actions)?)?;
        let rows = self.row_lists.put(rows)?;
        let [o0, o1, o2, o3, length, 0] = self.strings.put(&action.name)? else {
            anyhow::bail!("names of actions have at most 255 bytes");
        };
        self.actions.extend([o0, o1, o2, o3, length, flags]);
        for number in [service, keys, depends, rows] {
            self.actions.extend(number.to_le_bytes());
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<u8>> {
        let (key_offsets, key_pool) = self.key_lists.finish(2, |number| number.to_le_bytes().to_vec())?;
        let (action_offsets, action_pool) = self.action_lists.finish(4, |number| number.to_le_bytes().to_vec())?;
        let (row_offsets, row_pool) = self.row_lists.finish(5, |(resource_type, required, keys)| {
            let [t0, t1] = resource_type.to_le_bytes();
            let [k0, k1] = keys.to_le_bytes();
            vec![t0, t1, u8::from(*required), k0, k1]
        })?;
        // The order and the sizes of records that `bytes.rs` knows.
        let sections: [(usize, Vec<u8>); 13] = [
            (1, self.strings.bytes),
            (6, self.meta),
            (33, self.services),
            (14, self.actions),
            (12, self.types),
            (6, self.arns),
            (8, self.keys),
            (4, key_offsets),
            (2, key_pool),
            (4, action_offsets),
            (4, action_pool),
            (4, row_offsets),
            (5, row_pool),
        ];
        let mut bytes = MAGIC.to_vec();
        let mut offset = MAGIC.len() + sections.len() * 8;
        for (size, section) in &sections {
            ensure!(section.len() % size == 0, "a section of {} bytes holds records of {size}", section.len());
            bytes.extend(u32::try_from(offset)?.to_le_bytes());
            bytes.extend(u32::try_from(section.len() / size)?.to_le_bytes());
            offset += section.len();
        }
        for (_, section) in sections {
            bytes.extend(section);
        }
        Ok(bytes)
    }
}

/// Every text once, end to end; a text is found by offset and length.
#[derive(Default)]
struct Strings {
    bytes: Vec<u8>,
    known: BTreeMap<String, [u8; 6]>,
}

impl Strings {
    fn put(&mut self, text: &str) -> Result<[u8; 6]> {
        if let Some(known) = self.known.get(text) {
            return Ok(*known);
        }
        let [o0, o1, o2, o3] = u32::try_from(self.bytes.len())?.to_le_bytes();
        let [l0, l1] = narrow::<u16>(text.len())?.to_le_bytes();
        let reference = [o0, o1, o2, o3, l0, l1];
        self.bytes.extend(text.as_bytes());
        self.known.insert(text.to_owned(), reference);
        Ok(reference)
    }
}

/// Every list once; a list is found by its number.
struct Lists<T> {
    lists: Vec<Vec<T>>,
    known: BTreeMap<Vec<T>, u16>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self { lists: Vec::new(), known: BTreeMap::new() }
    }
}

impl<T: Clone + Ord> Lists<T> {
    /// Adds a list at the next number, even one that is there already.
    fn push(&mut self, list: Vec<T>) {
        self.lists.push(list);
    }

    fn put(&mut self, list: Vec<T>) -> Result<u16> {
        if list.is_empty() {
            return Ok(0);
        }
        if let Some(known) = self.known.get(&list) {
            return Ok(*known);
        }
        let number = narrow(self.lists.len())?;
        self.known.insert(list.clone(), number);
        self.lists.push(list);
        Ok(number)
    }

    /// Where each list starts in the pool and, last, where the pool ends; and the pool.
    fn finish(&self, size: usize, encode: impl Fn(&T) -> Vec<u8>) -> Result<(Vec<u8>, Vec<u8>)> {
        let mut offsets = Vec::new();
        let mut pool = Vec::new();
        for list in &self.lists {
            offsets.extend(u32::try_from(pool.len() / size)?.to_le_bytes());
            pool.extend(list.iter().flat_map(&encode));
        }
        offsets.extend(u32::try_from(pool.len() / size)?.to_le_bytes());
        Ok((offsets, pool))
    }
}

fn numbers<N: Copy>(names: &[String], known: &BTreeMap<String, N>) -> Result<Vec<N>> {
    let number = |name: &String| known.get(&name.to_lowercase()).copied();
    names.iter().map(|name| number(name).with_context(|| format!("`{name}` is not in the catalogue"))).collect()
}

fn narrow<N: TryFrom<usize>>(number: usize) -> Result<N> {
    let narrowed = N::try_from(number).ok();
    narrowed
        .with_context(|| format!("{number} does not fit the binary form: widen the field in encode.rs and bytes.rs"))
}

fn position(list: &[&str], wanted: &str) -> Result<u8> {
    let at = list.iter().position(|item| *item == wanted);
    narrow(at.with_context(|| format!("`{wanted}` is none of {list:?}"))?)
}
