//! What plotters draws on: paths of an SVG that carry a class in place of a
//! colour, so that the page's style gives them the colours of a theme.
//!
//! There are no texts on it: the sheet is stretched to its place, and texts
//! would be stretched with it.

use plotters::style::RGBColor;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind,
};
use std::convert::Infallible;
use std::fmt::Write;

/// What something is drawn with; a class of the style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// A line of the grid.
    Grid,
    /// A checkpoint that writes.
    CheckpointWrite,
    /// A checkpoint that syncs.
    CheckpointSync,
    /// A stall.
    Stall,
    /// A fault that was injected.
    Fault,
    /// A phase, or something that happened.
    Event,
    /// A series, by its number.
    Series(u8),
}

/// Series have a class each up to this one.
pub(super) const SERIES: u8 = 8;

impl Ink {
    /// The class.
    pub fn class(self) -> String {
        match self {
            Ink::Grid => "grid".to_owned(),
            Ink::CheckpointWrite => "ckw".to_owned(),
            Ink::CheckpointSync => "cks".to_owned(),
            Ink::Stall => "stall".to_owned(),
            Ink::Fault => "fault".to_owned(),
            Ink::Event => "event".to_owned(),
            Ink::Series(no) => format!("s{}", no % SERIES),
        }
    }

    /// A colour that stands for it within plotters, which knows nothing else.
    pub fn color(self) -> RGBColor {
        match self {
            Ink::Grid => RGBColor(0, 0, 0),
            Ink::CheckpointWrite => RGBColor(1, 0, 0),
            Ink::CheckpointSync => RGBColor(2, 0, 0),
            Ink::Stall => RGBColor(3, 0, 0),
            Ink::Event => RGBColor(4, 0, 0),
            Ink::Series(no) => RGBColor(5, no, 0),
            Ink::Fault => RGBColor(6, 0, 0),
        }
    }

    fn of(color: BackendColor) -> Ink {
        match color.rgb {
            (1, ..) => Ink::CheckpointWrite,
            (2, ..) => Ink::CheckpointSync,
            (3, ..) => Ink::Stall,
            (4, ..) => Ink::Event,
            (5, no, _) => Ink::Series(no),
            (6, ..) => Ink::Fault,
            _ => Ink::Grid,
        }
    }
}

/// The sheet.
pub(super) struct Sheet<'a> {
    /// Where the paths go.
    pub out: &'a mut String,
    /// Its width and height, in units of the view box.
    pub size: (u32, u32),
}

impl Sheet<'_> {
    /// A path by its corners: the first one as it is, each other by how far it
    /// is from the last, which is half as long.
    fn path(
        &mut self,
        class: &str,
        ink: Ink,
        points: impl Iterator<Item = BackendCoord>,
        end: &str,
    ) {
        let mut last: Option<BackendCoord> = None;
        // Writing to a String can't fail.
        let _ = write!(self.out, r#"<path class="{class} {}" d=""#, ink.class());
        let mut alone = true;
        for (x, y) in points {
            match last {
                None => {
                    let _ = write!(self.out, "M{x} {y}");
                }
                Some((before_x, before_y)) => {
                    self.out.push_str(if alone { "l" } else { " " });
                    alone = false;
                    let (dx, dy) = (x - before_x, y - before_y);
                    let _ = write!(self.out, "{dx}{}{dy}", if dy < 0 { "" } else { " " });
                }
            }
            last = Some((x, y));
        }
        // A point without neighbours is a dot, by the round ends of its line.
        self.out.push_str(if alone && end.is_empty() { "h0" } else { end });
        self.out.push_str("\"/>");
    }
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Sheet<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, at: BackendCoord, color: BackendColor) -> Drawn {
        self.path("l", Ink::of(color), std::iter::once(at), "");
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        _fill: bool,
    ) -> Drawn {
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        self.path("a", Ink::of(style.color()), corners.into_iter(), "z");
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.path("l", Ink::of(style.color()), path.into_iter(), "");
        Ok(())
    }

    /// A point, by the round ends of its line; how large it is the style says,
    /// so that it stays round where the sheet is stretched.
    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        _radius: u32,
        style: &S,
        _fill: bool,
    ) -> Drawn {
        self.path("d", Ink::of(style.color()), std::iter::once(center), "");
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        self.path("a", Ink::of(style.color()), corners.into_iter(), "z");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_from_point_to_point() {
        let mut out = String::new();
        let mut sheet = Sheet { out: &mut out, size: (100, 100) };
        sheet.draw_path([(1, 50), (3, 40), (6, 45)], &Ink::Series(2).color()).unwrap();
        sheet.draw_path([(9, 9)], &Ink::Grid.color()).unwrap();
        sheet.draw_rect((0, 0), (2, 5), &Ink::Stall.color(), true).unwrap();
        assert_eq!(
            out,
            "<path class=\"l s2\" d=\"M1 50l2-10 3 5\"/><path class=\"l grid\" d=\"M9 9h0\"/>\
             <path class=\"a stall\" d=\"M0 0l2 0 0 5 -2 0z\"/>"
        );
    }

    #[test]
    fn every_ink_comes_back_from_its_color() {
        let inks = [Ink::Grid, Ink::CheckpointWrite, Ink::CheckpointSync, Ink::Stall, Ink::Fault];
        assert_eq!(Ink::Event.class(), "event");
        for ink in inks.into_iter().chain((0..SERIES).map(Ink::Series)) {
            let RGBColor(r, g, b) = ink.color();
            assert_eq!(Ink::of(BackendColor { alpha: 1.0, rgb: (r, g, b) }), ink);
        }
    }
}
