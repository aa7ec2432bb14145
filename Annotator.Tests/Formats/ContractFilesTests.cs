using System.Globalization;
using System.Xml.Linq;

namespace Annotator.Tests.Formats;

/// <summary>What our writers make of the contract's own video, beside what the contract's exporters made of it.</summary>
public sealed class ContractFilesTests
{
    [Theory]
    [InlineData("PASCAL VOC 1.1")]
    [InlineData("Segmentation mask 1.1")]
    [InlineData("CamVid 1.0")]
    [InlineData("Cityscapes 1.0")]
    [InlineData("KITTI 1.0")]
    [InlineData("MOTS PNG 1.0")]
    public async Task The_export_of_the_contracts_own_video_is_what_the_contract_makes_of_it(string format)
    {
        var golden = await FixtureAsync(format.Replace(' ', '_'));
        var (info, items, _) = await DatasetFiles.ReadAsync("CVAT 1.1", await FixtureAsync("CVAT_for_video_1.1"));

        // The contract's exporters write frames of a video with this extension, and shapes before tracks; the file has tracks only.
        var (written, _) = await DatasetFiles.WriteAsync(format, info, [.. items.Select(item => item with
        {
            Name = item.Name + ".PNG",
            Shapes = [.. item.Shapes.Select(shape => shape.Label == "person" ? shape with { TrackId = null, Keyframe = false } : shape).OrderBy(shape => shape.TrackId is not null)],
        })]);

        var (expected, actual) = (Files(golden), Files(written));
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (var (name, content) in expected)
        {
            Assert.Equal((name, content), (name, actual[name]));
        }
    }

    private static SortedDictionary<string, string> Files(byte[] zip) => new(
        DatasetFiles.Unzip(zip).ToDictionary(file => file.Name, file => Path.GetExtension(file.Name) switch
        {
            ".png" => string.Join(' ', LabelImageFiles.Numbers(zip, file.Name)),
            ".xml" => string.Join('\n', XElement.Parse(DatasetFiles.Entry(zip, file.Name)).Descendants().Select(element => element.HasElements ? element.Name.LocalName : $"{element.Name} {Number(element.Value)}")),
            _ => string.Join('\n', DatasetFiles.Entry(zip, file.Name).TrimEnd('\n').Split('\n').Select(line => string.Join(' ', line.Split(' ').Select(Number)))),
        }),
        StringComparer.Ordinal);

    /// <summary><c>10</c> and <c>10.0</c> are the same.</summary>
    private static string Number(string word) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number.ToString(CultureInfo.InvariantCulture) : word;

    private static Task<byte[]> FixtureAsync(string name) =>
        File.ReadAllBytesAsync(DatasetFiles.Fixture("cvat_golden", "demo", "vid", name + ".zip"), TestContext.Current.CancellationToken);
}
