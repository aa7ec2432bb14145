using System.Text.Json;
using Annotator.Web.Models;

namespace Annotator.Tests.Unit.Models;

public sealed class ModelAnswersTests
{
    private static readonly JsonElement _standing = Json("""{"task": "detect", "input": {"color": "BGR", "size": [640, 640]}, "output": {"label_offset": 1, "boxes": "dets"}, "keypoints": {"count": 17}, "labels": [{"id": 0, "name": "class_0"}]}""");

    [Fact]
    public void Answers_to_several_questions_stand_together_with_the_names()
    {
        var color = Json("""{"task": "detect", "input": {"color": "RGB", "size": [640, 640]}, "output": {"label_offset": 1, "boxes": "dets"}, "keypoints": {"count": 17}, "labels": [{"id": 0, "name": "class_0"}]}""");
        var offset = Json("""{"task": "obb", "input": {"color": "BGR", "size": [640, 640]}, "output": {"label_offset": 0, "boxes": "dets"}, "labels": [{"id": 0, "name": "class_0"}]}""");

        var together = ModelAnswers.Together(_standing, [color, offset], ["cat", "dog"]);

        Assert.Equal(
            """{"task":"obb","input":{"color":"RGB","size":[640,640]},"output":{"label_offset":0,"boxes":"dets"},"labels":[{"id":0,"name":"cat"},{"id":1,"name":"dog"}]}""",
            together.GetRawText());
    }

    [Fact]
    public void What_nobody_changed_stays_as_it_was_understood() =>
        Assert.True(JsonElement.DeepEquals(_standing, ModelAnswers.Together(_standing, [_standing], [])));

    [Fact]
    public void An_answer_may_bring_names_of_its_own()
    {
        var pose = Json("""{"task": "pose", "input": {"color": "BGR", "size": [640, 640]}, "output": {"label_offset": 1, "boxes": "dets"}, "keypoints": {"count": 17}, "labels": [{"id": 0, "name": "person"}]}""");

        Assert.Equal("person", ModelAnswers.Together(_standing, [pose], []).GetProperty("labels")[0].GetProperty("name").GetString());
    }

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
