using Annotator.Formats.LabelImages;

namespace Annotator.Formats.CamVid;

/// <summary>The classes that archives without <c>label_colors.txt</c> take for granted.</summary>
internal static class CamVidClasses
{
    /// <summary>Those of the dataset itself, told by their colours.</summary>
    public static IReadOnlyList<ColoredClass> OfDataset { get; } =
    [
        new("Void", 0x000000), new("Animal", 0x408040), new("Archway", 0xC00080), new("Bicyclist", 0x0080C0), new("Bridge", 0x008040), new("Building", 0x800000),
        new("Car", 0x400080), new("CartLuggagePram", 0x4000C0), new("Child", 0xC08040), new("Column_Pole", 0xC0C080), new("Fence", 0x404080), new("LaneMkgsDriv", 0x8000C0),
        new("LaneMkgsNonDriv", 0xC00040), new("Misc_Text", 0x808040), new("MotorcycleScooter", 0xC000C0), new("OtherMoving", 0x804040), new("ParkingBlock", 0x40C080),
        new("Pedestrian", 0x404000), new("Road", 0x804080), new("RoadShoulder", 0x8080C0), new("Sidewalk", 0x0000C0), new("SignSymbol", 0xC08080), new("Sky", 0x808080),
        new("SUVPickupTruck", 0x4080C0), new("TrafficCone", 0x000040), new("TrafficLight", 0x004040), new("Train", 0xC04080), new("Tree", 0x808000), new("Truck_Bus", 0xC080C0),
        new("Tunnel", 0x400040), new("VegetationMisc", 0xC0C000), new("Wall", 0x40C000),
    ];

    /// <summary>Those of the variant for SegNet, told by their numbers; the last is of no class.</summary>
    public static IReadOnlyList<ColoredClass> OfSegNet { get; } =
    [
        new("Sky", 0x808080), new("Building", 0x800000), new("Pole", 0xC0C080), new("Road", 0x804080), new("Pavement", 0x3C28DE), new("Tree", 0x808000),
        new("SignSymbol", 0xC08080), new("Fence", 0x404080), new("Car", 0x400080), new("Pedestrian", 0x404000), new("Bicyclist", 0x0080C0), new("Unlabelled", 0x000000),
    ];
}
