//! Instruction formats ("Dalvik executable instruction formats").

/// How an instruction is laid out: number of code units, number of
/// registers, kind of the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the identifiers are those of the specification"
)]
pub enum Format {
    F10x,
    F12x,
    F11n,
    F11x,
    F10t,
    F20t,
    F22x,
    F21t,
    F21s,
    F21h,
    F21c,
    F23x,
    F22b,
    F22t,
    F22s,
    F22c,
    F32x,
    F30t,
    F31t,
    F31i,
    F31c,
    F35c,
    F3rc,
    F45cc,
    F4rcc,
    F51l,
    /// `packed-switch-payload`; its width depends on its content.
    PackedSwitch,
    /// `sparse-switch-payload`.
    SparseSwitch,
    /// `fill-array-data-payload`.
    FillArrayData,
}

impl Format {
    /// Width in 16-bit code units; for a payload, of its fixed part.
    pub const fn units(self) -> u8 {
        match self {
            Self::F10x | Self::F12x | Self::F11n | Self::F11x | Self::F10t => 1,
            Self::F20t
            | Self::F22x
            | Self::F21t
            | Self::F21s
            | Self::F21h
            | Self::F21c
            | Self::F23x
            | Self::F22b
            | Self::F22t
            | Self::F22s
            | Self::F22c
            | Self::SparseSwitch => 2,
            Self::F32x
            | Self::F30t
            | Self::F31t
            | Self::F31i
            | Self::F31c
            | Self::F35c
            | Self::F3rc => 3,
            Self::F45cc | Self::F4rcc | Self::PackedSwitch | Self::FillArrayData => 4,
            Self::F51l => 5,
        }
    }
}
