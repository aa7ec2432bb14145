using System.IO.Compression;
using System.Text.RegularExpressions;

namespace Annotator.Tests.Architecture;

/// <summary>What a browser loads before the editor can be used, as the build left it.</summary>
public sealed partial class EditorBundle
{
    private const int MostBytes = 120 * 1024;

    [Fact]
    public void The_scripts_that_the_editor_opens_with_are_at_most_120_KB_when_compressed()
    {
        var folder = Path.Combine(Checkout.Root, "Annotator.Web", "wwwroot", "editor");
        Assert.SkipUnless(File.Exists(Path.Combine(folder, "editor.js")), "The editor was not built (SkipEditor).");
        var sizes = new Dictionary<string, long>();
        Add("editor.js");
        Assert.True(sizes.Values.Sum() <= MostBytes, $"{sizes.Values.Sum():N0} bytes: {string.Join(", ", sizes.Select(one => $"{one.Key} {one.Value:N0}"))}. Load what is not needed at once by import().");

        void Add(string name)
        {
            if (sizes.ContainsKey(name))
            {
                return;
            }

            var text = File.ReadAllBytes(Path.Combine(folder, name));
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            {
                gzip.Write(text);
            }

            sizes[name] = packed.Length;
            foreach (Match import in StaticImport().Matches(System.Text.Encoding.UTF8.GetString(text)))
            {
                Add(Path.GetRelativePath(folder, Path.GetFullPath(Path.Combine(folder, Path.GetDirectoryName(name)!, import.Groups[1].Value))));
            }
        }
    }

    /// <summary><c>from"./a.js"</c> and <c>import"./a.js"</c>, but not <c>import("./a.js")</c>.</summary>
    [GeneratedRegex("""(?:from|import)\s*["'](\.[^"']+\.js)["']""")]
    private static partial Regex StaticImport();
}
