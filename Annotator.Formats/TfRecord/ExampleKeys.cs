namespace Annotator.Formats.TfRecord;

/// <summary>Names of features, as TensorFlow's object detection has them.</summary>
internal static class ExampleKeys
{
    public const string SourceId = "image/source_id";
    public const string FileName = "image/filename";
    public const string Height = "image/height";
    public const string Width = "image/width";
    public const string Encoded = "image/encoded";
    public const string Format = "image/format";
    public const string Digest = "image/key/sha256";
    public const string Left = "image/object/bbox/xmin";
    public const string Right = "image/object/bbox/xmax";
    public const string Top = "image/object/bbox/ymin";
    public const string Bottom = "image/object/bbox/ymax";
    public const string ObjectText = "image/object/class/text";
    public const string ObjectLabel = "image/object/class/label";
    public const string Mask = "image/object/mask";
    public const string ImageText = "image/class/text";
    public const string ImageLabel = "image/class/label";

    private static readonly HashSet<string> _all =
    [
        SourceId, FileName, Height, Width, Encoded, Format, Left, Right, Top, Bottom, ObjectText, ObjectLabel, Mask, ImageText, ImageLabel,
    ];

    public static bool IsKnown(string key) => _all.Contains(key);

    public static bool IsClass(string key) => key is ObjectText or ObjectLabel or ImageText or ImageLabel or Left;
}
