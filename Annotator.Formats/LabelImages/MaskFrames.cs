using Annotator.Formats.Model;

namespace Annotator.Formats.LabelImages;

/// <summary>
/// Paints frames for formats that hold label images only, and reports all that such an image cannot show.
/// </summary>
internal sealed class MaskFrames
{
    private readonly ClassPalette _palette;
    private readonly DatasetReport _report;
    private readonly ShapePainter _painter;
    private readonly Losses _losses;
    private readonly Func<DatasetShape, bool> _takes;

    /// <param name="takes">Which shapes are meant; the others are none of its business. All where it is missing.</param>
    public MaskFrames(ClassPalette palette, DatasetReport report, Func<DatasetShape, bool>? takes = null)
    {
        (_palette, _report, _losses, _takes) = (palette, report, new Losses(report), takes ?? (_ => true));
        _painter = new ShapePainter(Takes, DatasetLimits.Default, report);
    }

    /// <summary>Null when the frame has nothing to paint.</summary>
    public PaintedFrame? Paint(DatasetItem item)
    {
        foreach (var shape in item.Shapes)
        {
            if (_takes(shape))
            {
                ReportLost(shape, item);
            }
        }

        _losses.Tags(item);
        return _painter.Paint(item);
    }

    public int NumberOf(PaintedFrame frame, int number) => number == 0 ? 0 : _palette.NumberOf(frame.Objects[number - 1].First.Label) ?? 0;

    public ColoredClass ClassOf(PaintedFrame frame, int number) => _palette.Classes[NumberOf(frame, number)];

    /// <summary>Says how many objects are no longer told apart in an image of labels alone.</summary>
    public void ReportJoined(PaintedFrame frame, DatasetItem item)
    {
        var labels = frame.Objects.Select(painted => painted.First.Label).Distinct(StringComparer.Ordinal).Count();
        if (labels < frame.Objects.Count)
        {
            _report.Loss("objects-joined", "Objects of one label on one frame became one mask", item.Name, frame.Objects.Count - labels);
        }
    }

    private bool Takes(DatasetShape shape) => _takes(shape) && ShapePainter.CoversPixels(shape) && _palette.NumberOf(shape.Label) is > 0;

    private void ReportLost(DatasetShape shape, DatasetItem item)
    {
        if (!ShapePainter.CoversPixels(shape))
        {
            _losses.Kind(item, shape);
            return;
        }

        switch (_palette.NumberOf(shape.Label))
        {
            case null:
                _losses.Label(item, shape.Label);
                return;
            case 0:
                _report.Loss("background-not-held", "Masks of the label background cannot be told from no mask", item.Name);
                return;
            default:
                break;
        }

        _losses.Attributes(item, shape);
        _losses.Occluded(item, shape);
        _losses.Track(item, shape);
    }
}
