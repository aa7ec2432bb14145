using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Annotator.Tests.Unit.Media.Video;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Annotator.Tests.WholeSystem;

/// <summary>A video, labelled by one track in the browser, comes out of the product with the right box on every frame.</summary>
[Collection(nameof(LocalSystem))]
public sealed class TrackInBrowser(LocalSystem system)
{
    private const int Frames = 40;

    /// <summary>The frame on which the track is ended: it is not visible from there.</summary>
    private const int End = 35;
    private const double Tolerance = 0.5;

    /// <summary>Where the box is dragged to: frame, left, top. It is 60 wide and 80 high.</summary>
    private static readonly (int Frame, int X, int Y)[] Keyframes = [(0, 20, 60), (10, 120, 80), (30, 220, 130)];
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_track_drawn_with_three_keyframes_plays_back_outlives_a_reload_and_is_exported_with_the_right_boxes()
    {
        var chromium = Chromium.PathOrSkip();
        var clip = Path.Combine(Path.GetTempPath(), $"annotator-clip-{Guid.CreateVersion7():N}.mp4");
        await PaintedVideo.MakeAsync(clip, Frames, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p");
        await using var person = new PersonAtBrowser(system.Url, chromium);
        try
        {
            await person.OpenBrowserAsync();
            var (task, job) = await UploadAsync(person, clip);
            await DrawTrackAsync(person, job);
            await PlayAsync(person);
            await ReloadAsync(person);

            var cvat = await person.ExportAsync(task, "CVAT for video 1.1");
            var mot = await person.ExportAsync(task, "MOT 1.1");
            CompareCvat(cvat);
            CompareMot(mot);
            File.Delete(cvat);
            File.Delete(mot);
        }
        finally
        {
            File.Delete(clip);
        }
    }

    private async Task<(int Task, int Job)> UploadAsync(PersonAtBrowser person, string clip)
    {
        using var admin = await system.AdminAsync();
        using var answer = await admin.PostAsJsonAsync("/api/projects", new { name = "Traffic", labels = new[] { new { name = "car" } } }, Cancel);
        answer.EnsureSuccessStatusCode();
        var project = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetInt32();
        var page = person.Page;
        await person.GoToPageAsync($"/projects/{project}");
        await page.GetByRole(AriaRole.Link, new() { Name = "New task" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New task" })).ToBeVisibleAsync();
        var files = page.Locator("input[data-pick=files]");
        await Expect(files).ToBeEnabledAsync();
        await files.SetInputFilesAsync(clip);
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Crossing");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create and upload" }).ClickAsync();
        await page.WaitForURLAsync(new Regex("/tasks/\\d+$"));
        var open = page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Open job \\d+$") });
        await Expect(open).ToBeVisibleAsync();
        return (NumberAtEnd(page.Url), NumberAtEnd((await open.GetAttributeAsync("href"))!));
    }

    private static async Task DrawTrackAsync(PersonAtBrowser person, int job)
    {
        var page = person.Page;
        await person.OpenJobAsync(job, 0, PaintedVideo.Width / 2, PaintedVideo.Height / 2);
        await Expect(page.GetByText("No tracks yet.")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("b");
        var (_, x, y) = Keyframes[0];
        await person.DragAsync(x, y, x + 60, y + 80);
        await page.Keyboard.PressAsync("Escape");
        await person.ListedAsync(1);
        foreach (var (frame, toX, toY) in Keyframes.Skip(1))
        {
            await GoToFrameAsync(page, frame);
            await person.DragAsync(x + 30, y + 40, toX + 30, toY + 40);
            (x, y) = (toX, toY);
        }

        await GoToFrameAsync(page, End);
        await page.Keyboard.PressAsync("o");
        await Expect(page.GetByText("4 keyframes · seen on 1–35")).ToBeVisibleAsync();
        await person.SavedAsync();
    }

    /// <summary>Plays from the first frame to the last, past the track's end; then looks at frames between the keyframes.</summary>
    private static async Task PlayAsync(PersonAtBrowser person)
    {
        var page = person.Page;
        await GoToFrameAsync(page, 0);
        await person.ListedAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Play or pause" }).ClickAsync();
        await OnFrameAsync(page, Frames - 1);
        await person.ListedAsync(0);
        await GoToFrameAsync(page, 4);
        await page.Keyboard.PressAsync("f");
        await OnFrameAsync(page, 5);
        await BoxIsAsync(page, 5);
        await page.Keyboard.PressAsync("Space");
        await OnFrameAsync(page, Frames - 1);
        await person.ListedAsync(0);
        await GoToFrameAsync(page, 20);
        await BoxIsAsync(page, 20);
    }

    private static async Task ReloadAsync(PersonAtBrowser person)
    {
        var page = person.Page;
        await GoToFrameAsync(page, 15);
        await page.WaitForURLAsync("**/*f=15*");
        await page.ReloadAsync();
        await OnFrameAsync(page, 15);
        await person.ListedAsync(1);
        await page.Locator(".row").ClickAsync();
        await BoxIsAsync(page, 15);
    }

    private static async Task GoToFrameAsync(IPage page, int frame)
    {
        await page.Keyboard.PressAsync("`");
        await page.Locator("dialog input").FillAsync((frame + 1).ToString(CultureInfo.InvariantCulture));
        await page.Keyboard.PressAsync("Enter");
        await OnFrameAsync(page, frame);
    }

    private static Task OnFrameAsync(IPage page, int frame) => Expect(page.Locator(".foot")).ToContainTextAsync($"Frame {frame + 1} of {Frames}");

    private static async Task BoxIsAsync(IPage page, int frame)
    {
        var (x, y) = PlaceAt(frame);
        await Expect(page.GetByLabel("X", new() { Exact = true })).ToHaveValueAsync(x.ToString(CultureInfo.InvariantCulture));
        await Expect(page.GetByLabel("Y", new() { Exact = true })).ToHaveValueAsync(y.ToString(CultureInfo.InvariantCulture));
    }

    private static void CompareCvat(string path)
    {
        using var text = new StringReader(TextOf(path, "annotations.xml"));
        using var reader = System.Xml.XmlReader.Create(text);
        var track = XElement.Load(reader).Elements("track").Single();
        Assert.Equal("car", (string?)track.Attribute("label"));
        var boxes = track.Elements("box").ToDictionary(box => (int)box.Attribute("frame")!);
        Assert.Equal(Enumerable.Range(0, End + 1), boxes.Keys.Order());
        foreach (var (frame, box) in boxes)
        {
            Assert.Equal(frame == End ? "1" : "0", (string?)box.Attribute("outside"));
            Assert.Equal(frame == End || Keyframes.Any(keyframe => keyframe.Frame == frame) ? "1" : "0", (string?)box.Attribute("keyframe"));
            var (x, y) = PlaceAt(frame);
            AssertNear(frame, [x, y, x + 60, y + 80], [.. new[] { "xtl", "ytl", "xbr", "ybr" }.Select(name => Number((string)box.Attribute(name)!))]);
        }
    }

    private static void CompareMot(string path)
    {
        var rows = TextOf(path, "gt/gt.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => line.Split(',').Select(Number).ToArray()).ToList();
        Assert.Equal(Enumerable.Range(1, End), rows.Select(row => (int)row[0]).Order());
        Assert.Single(rows.Select(row => row[1]).Distinct());
        foreach (var row in rows)
        {
            var (x, y) = PlaceAt((int)row[0] - 1);
            AssertNear((int)row[0], [x, y, 60, 80], row[2..6]);
        }
    }

    /// <summary>Left and top of the box by the rule: on the straight line between the keyframes around the frame, and after the last where that is.</summary>
    private static (double X, double Y) PlaceAt(int frame)
    {
        var left = Keyframes.Last(keyframe => keyframe.Frame <= frame);
        var right = Keyframes.FirstOrDefault(keyframe => keyframe.Frame > frame, left);
        var t = right.Frame == left.Frame ? 0 : (double)(frame - left.Frame) / (right.Frame - left.Frame);
        return (left.X + (right.X - left.X) * t, left.Y + (right.Y - left.Y) * t);
    }

    private static string TextOf(string zip, string entry)
    {
        using var file = ZipFile.OpenRead(zip);
        using var reader = new StreamReader(file.GetEntry(entry)!.Open());
        return reader.ReadToEnd();
    }

    private static void AssertNear(int frame, double[] drawn, double[] written) => Assert.True(
        drawn.Zip(written).All(pair => Math.Abs(pair.First - pair.Second) <= Tolerance),
        $"Frame {frame}: drawn {string.Join(' ', drawn)}, in the file {string.Join(' ', written)}.");

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static int NumberAtEnd(string address) => int.Parse(address.Split('/')[^1], CultureInfo.InvariantCulture);
}
