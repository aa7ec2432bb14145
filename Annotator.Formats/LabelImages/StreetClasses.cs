namespace Annotator.Formats.LabelImages;

/// <summary>The classes of Cityscapes, which KITTI shares; archives without a list of classes take them for granted.</summary>
internal static class StreetClasses
{
    /// <summary>By their numbers, from 0 on.</summary>
    public static IReadOnlyList<ColoredClass> All { get; } =
    [
        new("unlabeled", 0x000000), new("ego vehicle", 0x000000), new("rectification border", 0x000000), new("out of roi", 0x000000), new("static", 0x000000),
        new("dynamic", 0x6F4A00), new("ground", 0x510051), new("road", 0x804080), new("sidewalk", 0xF423E8), new("parking", 0xFAAAA0), new("rail track", 0xE6968C),
        new("building", 0x464646), new("wall", 0x66669C), new("fence", 0xBE9999), new("guard rail", 0xB4A5B4), new("bridge", 0x966464), new("tunnel", 0x96785A),
        new("pole", 0x999999), new("polegroup", 0x999999), new("traffic light", 0xFAAA1E), new("traffic sign", 0xDCDC00), new("vegetation", 0x6B8E23), new("terrain", 0x98FB98),
        new("sky", 0x4682B4), new("person", 0xDC143C), new("rider", 0xFF0000), new("car", 0x00008E), new("truck", 0x000046), new("bus", 0x003C64), new("caravan", 0x00005A),
        new("trailer", 0x00006E), new("train", 0x005064), new("motorcycle", 0x0000E6), new("bicycle", 0x770B20), new("license plate", 0x00008E),
    ];

    /// <summary>Numbers of those classes that have one for training, in its order; all others are to be ignored.</summary>
    public static IReadOnlyList<int> Trained { get; } = [7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33];
}
