using System.Globalization;
using Annotator.Formats.Model;

namespace Annotator.Formats.Archives;

/// <summary>Names of images for formats that know them without their extension: no two may differ in that alone.</summary>
internal sealed class StemNames(ArchiveWriter archive, DatasetReport report)
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A name that is safe to unpack and whose stem no other image in the folder has; the item's own where possible.</summary>
    public string Reserve(string folder, DatasetItem item)
    {
        var name = archive.Reserve(folder, item, report);
        if (_taken.Add(folder + Stem(name)))
        {
            return name;
        }

        report.Repair("name-taken", "Two frames have the same name; the later one was renamed", item.Name);
        for (var number = 2; ; number++)
        {
            var stem = string.Create(CultureInfo.InvariantCulture, $"{Stem(name)}_{number}");
            if (_taken.Add(folder + stem))
            {
                return stem + Path.GetExtension(name);
            }
        }
    }

    public static string Stem(string name) => name[..^Path.GetExtension(name).Length];
}
