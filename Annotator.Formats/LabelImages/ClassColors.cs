using Annotator.Formats.Model;
using Annotator.Formats.Png;

namespace Annotator.Formats.LabelImages;

/// <summary>A class of a label image.</summary>
/// <param name="Color">0xRRGGBB.</param>
internal readonly record struct ColoredClass(string Name, int Color);

/// <summary>Which class a colour or a number of a label image stands for.</summary>
internal sealed class ClassColors
{
    /// <summary>What has no label: everything around the objects.</summary>
    public const int Background = -1;

    /// <summary>What is to be ignored, such as the seams between objects.</summary>
    public const int Void = -2;

    /// <summary>A colour or number that the list of classes does not have.</summary>
    public const int Unknown = -3;

    /// <summary>PASCAL VOC's colour of what is to be ignored.</summary>
    public const int VoidColor = 0xE0E0C0;

    private const int VoidNumber = 255;

    private static readonly string[] _backgrounds = ["background", "_background_", "void", "unlabeled", "unlabelled"];
    private static readonly string[] _voids = ["ignored", "ignore", "void"];

    private readonly Dictionary<int, int> _byColor = [];

    /// <param name="classes">In the order of their numbers, from 0 on.</param>
    public ClassColors(IReadOnlyList<ColoredClass> classes)
    {
        Classes = classes;
        _byColor[0] = Background;
        _byColor[VoidColor] = Void;
        for (var i = 0; i < classes.Count; i++)
        {
            if (IsLabel(i))
            {
                // Black is never a label's; void may be.
                if (!_byColor.TryGetValue(classes[i].Color, out var taken) || taken == Void)
                {
                    _byColor[classes[i].Color] = i;
                }
            }
            else
            {
                _byColor.TryAdd(classes[i].Color, Background);
            }
        }
    }

    public IReadOnlyList<ColoredClass> Classes { get; }

    /// <summary>Whether the class is one of objects, and not background or void.</summary>
    public bool IsLabel(int number) =>
        !Classes[number].Name.Equals("background", StringComparison.OrdinalIgnoreCase)
        && !(Classes[number].Color == 0 && _backgrounds.Contains(Classes[number].Name, StringComparer.OrdinalIgnoreCase))
        && !(Classes[number].Color == VoidColor && _voids.Contains(Classes[number].Name, StringComparer.OrdinalIgnoreCase));

    /// <summary>The classes of objects as labels with their colours, each name once.</summary>
    public IReadOnlyList<DatasetLabel> Labels() =>
        [.. Classes.Where((_, number) => IsLabel(number)).DistinctBy(label => label.Name).Select(label => new DatasetLabel { Name = label.Name, Color = ClassPalette.Hex(label.Color) })];

    public int OfColor(int color) => _byColor.GetValueOrDefault(color, Unknown);

    public int OfNumber(int number) =>
        number >= 0 && number < Classes.Count ? IsLabel(number) ? number : Classes[number].Color == VoidColor ? Void : Background
        : number == VoidNumber ? Void
        : number == 0 ? Background
        : Unknown;

    /// <summary>
    /// The class of each number in an image: a colour's where the image has colours; in a grey or palette image a line of the
    /// list, unless its colours are all known and its numbers are not.
    /// </summary>
    public Dictionary<int, int> Of(LabelImage image)
    {
        var values = image.Areas().Keys;
        var byNumber = image.Form.Pixels switch
        {
            PngPixels.Palette => values.Any(value => OfColor(image.ColorOf(value)) == Unknown),
            PngPixels.Grey or PngPixels.GreyAlpha => values.All(value => OfNumber(value) != Unknown) || values.Any(value => OfColor(image.ColorOf(value)) == Unknown),
            _ => false,
        };
        return values.ToDictionary(value => value, value => byNumber ? OfNumber(value) : OfColor(image.ColorOf(value)));
    }

    /// <summary>PASCAL VOC's colour of a number; different for all below 2^24.</summary>
    public static int VocColor(int number)
    {
        int red = 0, green = 0, blue = 0;
        for (var bit = 7; bit >= 0 && number > 0; bit--)
        {
            red |= (number & 1) << bit;
            green |= ((number >> 1) & 1) << bit;
            blue |= ((number >> 2) & 1) << bit;
            number >>= 3;
        }

        return red << 16 | green << 8 | blue;
    }

    /// <summary>PASCAL VOC's colours in their order, without the one that means that pixels are to be ignored.</summary>
    public static int ObjectColor(int number) => VocColor(number < VoidNumber ? number : number + 1);
}
