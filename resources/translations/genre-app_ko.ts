<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ko">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Genre App</source>
        <translation>Genre App 정보</translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation>버전 {version}</translation>
    </message>
    <message>
        <source>Listens to music and names its genre. Offline, on your computer.</source>
        <translation>음악을 듣고 장르를 알려 줍니다. 인터넷 없이, 이 컴퓨터에서 동작합니다.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>still loading</source>
        <translation>불러오는 중</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>정확도</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>라이선스</translation>
    </message>
    <message>
        <source>GNU General Public License, version 3 or later. It comes with no warranty.</source>
        <translation>GNU 일반 공중 사용 허가서(GPL) 버전 3 또는 그 이후 버전. 어떠한 보증도 제공하지 않습니다.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>측정되지 않음</translation>
    </message>
    <message>
        <source>{accuracy} of the validation clips</source>
        <translation>검증용 클립 중 {accuracy} 정답</translation>
    </message>
    <message>
        <source>(95% interval {low} to {high})</source>
        <translation>(95% 신뢰 구간 {low}~{high})</translation>
    </message>
</context>
<context>
    <name>AddDialog</name>
    <message>
        <source>New</source>
        <translation>새 파일</translation>
    </message>
    <message>
        <source>Twice among these files</source>
        <translation>선택한 파일 중에 중복</translation>
    </message>
    <message>
        <source>Already there</source>
        <translation>이미 있음</translation>
    </message>
    <message>
        <source>Sounds like one that is there</source>
        <translation>이미 있는 클립과 비슷하게 들림</translation>
    </message>
    <message>
        <source>for training</source>
        <translation>학습용</translation>
    </message>
    <message>
        <source>for validation</source>
        <translation>검증용</translation>
    </message>
    <message>
        <source>Add to data set</source>
        <translation>데이터 세트에 추가</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Listening to the files…</source>
        <translation>파일을 듣는 중…</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>진행률</translation>
    </message>
    <message>
        <source>There are no sound files in what you chose.</source>
        <translation>선택한 항목에 소리 파일이 없습니다.</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>Genre</source>
        <translation>장르</translation>
    </message>
    <message>
        <source>Choose a genre</source>
        <translation>장르 선택</translation>
    </message>
    <message>
        <source>Add those that sound like a clip, too</source>
        <translation>비슷하게 들리는 파일도 추가</translation>
    </message>
    <message>
        <source>They stay in the same split as the clip that they sound like.</source>
        <translation>비슷하게 들리는 클립과 같은 분할에 남습니다.</translation>
    </message>
    <message>
        <source>Split lists…</source>
        <translation>분할 목록…</translation>
    </message>
    <message>
        <source>Text files that name the clips for training or for validation, one a line</source>
        <translation>학습용이나 검증용 클립의 이름을 한 줄에 하나씩 적은 텍스트 파일</translation>
    </message>
    <message>
        <source>Listening to the files: {done} of {total}</source>
        <translation>파일을 듣는 중: {total}개 중 {done}개</translation>
    </message>
    <message>
        <source>All {n}</source>
        <translation>전체 {n}</translation>
    </message>
    <message>
        <source>New {n}</source>
        <translation>새 파일 {n}</translation>
    </message>
    <message>
        <source>Similar {n}</source>
        <translation>비슷함 {n}</translation>
    </message>
    <message>
        <source>Already there {n}</source>
        <translation>이미 있음 {n}</translation>
    </message>
    <message>
        <source>Unreadable {n}</source>
        <translation>읽을 수 없음 {n}</translation>
    </message>
    <message>
        <source>&amp;Training list…</source>
        <translation>학습 목록(&amp;T)…</translation>
    </message>
    <message>
        <source>&amp;Validation list…</source>
        <translation>검증 목록(&amp;V)…</translation>
    </message>
    <message>
        <source>&amp;Without lists</source>
        <translation>목록 없이(&amp;W)</translation>
    </message>
    <message>
        <source>Split list</source>
        <translation>분할 목록</translation>
    </message>
    <message>
        <source>Text files</source>
        <translation>텍스트 파일</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>모든 파일</translation>
    </message>
    <message>
        <source>Each folder&apos;s name</source>
        <translation>각 폴더의 이름</translation>
    </message>
    <message>
        <source>New genre…</source>
        <translation>새 장르…</translation>
    </message>
    <message numerus="yes">
        <source>Add %n clip(s)</source>
        <translation>
            <numerusform>클립 %n개 추가</numerusform>
        </translation>
    </message>
    <message>
        <source>There is nothing new among these files.</source>
        <translation>이 파일들 중에 새로운 것이 없습니다.</translation>
    </message>
    <message>
        <source>Which genre is this music?</source>
        <translation>이 음악은 어떤 장르인가요?</translation>
    </message>
    <message>
        <source>New genres: {names}</source>
        <translation>새 장르: {names}</translation>
    </message>
    <message>
        <source>By the lists {train} train and {valid} validate; {rest} are in no list.</source>
        <translation>목록에 따라 {train}개는 학습, {valid}개는 검증에 쓰고, {rest}개는 목록에 없습니다.</translation>
    </message>
    <message numerus="yes">
        <source>%n entry(s) of the lists found no file, such as {name}.</source>
        <translation>
            <numerusform>목록의 항목 %n개는 파일이 없습니다(예: {name}).</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) are of GTZAN, on which the program&apos;s model was trained and measured; {valid} of them only validate.</source>
        <translation>
            <numerusform>클립 %n개는 프로그램 모델의 학습과 평가에 쓰인 GTZAN의 것으로, 그중 {valid}개는 검증에만 씁니다.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AnalysisPage</name>
    <message>
        <source>Add to data set as…</source>
        <translation>데이터 세트에 추가…</translation>
    </message>
    <message>
        <source>Teach with this song (Ctrl+D)</source>
        <translation>이 노래로 가르치기 (Ctrl+D)</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1초</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>길이</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>형식</translation>
    </message>
    <message>
        <source>Encoding</source>
        <translation>인코딩</translation>
    </message>
    <message>
        <source>Sample rate</source>
        <translation>샘플 레이트</translation>
    </message>
    <message>
        <source>%1 kHz</source>
        <translation>%1 kHz</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>채널</translation>
    </message>
    <message>
        <source>Prediction took</source>
        <translation>예측에 걸린 시간</translation>
    </message>
    <message>
        <source>Mono</source>
        <translation>모노</translation>
    </message>
    <message>
        <source>Stereo</source>
        <translation>스테레오</translation>
    </message>
    <message>
        <source>%1 channels</source>
        <translation>%1채널</translation>
    </message>
</context>
<context>
    <name>AugmentDialog</name>
    <message>
        <source>white</source>
        <translation>백색</translation>
    </message>
    <message>
        <source>pink</source>
        <translation>핑크</translation>
    </message>
    <message>
        <source>brown</source>
        <translation>갈색</translation>
    </message>
    <message>
        <source>crowd</source>
        <translation>군중</translation>
    </message>
    <message>
        <source>Augment</source>
        <translation>증강</translation>
    </message>
    <message>
        <source>Altered copies teach the model that a song stays what it is in another place or key.</source>
        <translation>변형한 사본은 장소나 음높이가 달라져도 같은 곡이라는 것을 모델에 가르칩니다.</translation>
    </message>
    <message numerus="yes">
        <source>%n selected clip(s)</source>
        <translation>
            <numerusform>선택한 클립 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>A genre</source>
        <translation>장르 하나</translation>
    </message>
    <message>
        <source>Balance the genres</source>
        <translation>장르 균형 맞추기</translation>
    </message>
    <message>
        <source>Genre</source>
        <translation>장르</translation>
    </message>
    <message>
        <source>Copies per clip</source>
        <translation>클립당 사본 수</translation>
    </message>
    <message>
        <source>Clip</source>
        <translation>클립</translation>
    </message>
    <message>
        <source>No clip for training</source>
        <translation>학습용 클립이 없습니다</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>사본</translation>
    </message>
    <message>
        <source>Draw again</source>
        <translation>다시 뽑기</translation>
    </message>
    <message>
        <source>Remove copy</source>
        <translation>사본 제거</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>원본</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>At most so many copies per clip</source>
        <translation>클립당 최대 사본 수</translation>
    </message>
    <message>
        <source>New copies per clip</source>
        <translation>클립당 새 사본 수</translation>
    </message>
    <message numerus="yes">
        <source>Add %n copy(s)</source>
        <translation>
            <numerusform>사본 %n개 추가</numerusform>
        </translation>
    </message>
    <message>
        <source>Add copies</source>
        <translation>사본 추가</translation>
    </message>
    <message>
        <source>Tick at least one transform.</source>
        <translation>변형을 하나 이상 선택하세요.</translation>
    </message>
    <message numerus="yes">
        <source>Copies of %n clip(s).</source>
        <translation>
            <numerusform>클립 %n개의 사본입니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>The genres are balanced: there is nothing to add.</source>
        <translation>장르가 이미 균형을 이루어 추가할 사본이 없습니다.</translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) serve validation and get none.</source>
        <translation>
            <numerusform>검증용 클립 %n개에는 만들지 않습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>{genre} {n}</source>
        <translation>{genre} {n}개</translation>
    </message>
    <message>
        <source>Still missing: {names}. New songs help more.</source>
        <translation>아직 부족함: {names}. 새 곡을 더하는 편이 더 도움이 됩니다.</translation>
    </message>
    <message>
        <source>New copy</source>
        <translation>새 사본</translation>
    </message>
    <message>
        <source>Copy {n}</source>
        <translation>사본 {n}</translation>
    </message>
    <message>
        <source>Making the copy: {done} of {total}</source>
        <translation>사본을 만드는 중: {total}단계 중 {done}단계</translation>
    </message>
    <message>
        <source>Making the copy…</source>
        <translation>사본을 만드는 중…</translation>
    </message>
</context>
<context>
    <name>ClipLamp</name>
    <message>
        <source>Clip</source>
        <translation>클립</translation>
    </message>
    <message>
        <source>Clip warning</source>
        <translation>클리핑 경고</translation>
    </message>
    <message>
        <source>The sound was too loud and is distorted. Click to put the warning out.</source>
        <translation>소리가 너무 커서 찌그러졌습니다. 클릭하면 경고가 꺼집니다.</translation>
    </message>
    <message>
        <source>Lights when the sound is too loud for the input.</source>
        <translation>입력이 감당하기에 소리가 너무 크면 켜집니다.</translation>
    </message>
</context>
<context>
    <name>ClipModel</name>
    <message>
        <source>What the present model takes the clip for</source>
        <translation>현재 모델이 판단한 장르</translation>
    </message>
    <message>
        <source>Augmented copies</source>
        <translation>증강 사본</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>소리</translation>
    </message>
    <message>
        <source>Title and artist</source>
        <translation>제목과 아티스트</translation>
    </message>
    <message>
        <source>Genre</source>
        <translation>장르</translation>
    </message>
    <message>
        <source>Model says</source>
        <translation>모델의 판단</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>길이</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>분할</translation>
    </message>
    <message>
        <source>Copies</source>
        <translation>사본</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>출처</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>추가한 날</translation>
    </message>
    <message>
        <source>not asked yet</source>
        <translation>아직 묻지 않음</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>검증</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>Pinned: the clips that belong together stay in this split.</source>
        <translation>고정됨: 함께 묶인 클립은 이 분할에 남습니다.</translation>
    </message>
    <message>
        <source>The present model has not been asked about this clip yet.</source>
        <translation>현재 모델이 아직 이 클립을 듣지 않았습니다.</translation>
    </message>
    <message>
        <source>Click to play from there</source>
        <translation>누른 곳부터 재생합니다</translation>
    </message>
</context>
<context>
    <name>ClipTable</name>
    <message>
        <source>Clips</source>
        <translation>클립</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>검증</translation>
    </message>
</context>
<context>
    <name>ConfusionMatrix</name>
    <message>
        <source>Confusion matrix</source>
        <translation>혼동 행렬</translation>
    </message>
    <message>
        <source>{n} of {of} clips of {truth} were recognised.</source>
        <translation>{truth} 클립 {of}개 중 {n}개를 맞혔습니다.</translation>
    </message>
    <message>
        <source>{n} of {of} clips of {truth} were taken for {guess}.</source>
        <translation>{truth} 클립 {of}개 중 {n}개를 {guess}(으)로 잘못 알았습니다.</translation>
    </message>
    <message>
        <source>Called by the model</source>
        <translation>모델의 판단</translation>
    </message>
</context>
<context>
    <name>CurvesView</name>
    <message>
        <source>Accuracy</source>
        <translation>정확도</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>손실</translation>
    </message>
    <message>
        <source>Save curves</source>
        <translation>곡선 저장</translation>
    </message>
    <message>
        <source>Best epoch: {epoch}</source>
        <translation>가장 좋은 에포크: {epoch}</translation>
    </message>
    <message>
        <source>Best epoch so far: {epoch}</source>
        <translation>지금까지 가장 좋은 에포크: {epoch}</translation>
    </message>
    <message>
        <source>&amp;Picture (PNG)…</source>
        <translation>그림(PNG)(&amp;P)…</translation>
    </message>
    <message>
        <source>&amp;Drawing (SVG)…</source>
        <translation>드로잉(SVG)(&amp;D)…</translation>
    </message>
    <message>
        <source>&amp;Table (CSV)…</source>
        <translation>표(CSV)(&amp;T)…</translation>
    </message>
    <message>
        <source>curves</source>
        <translation>곡선</translation>
    </message>
    <message>
        <source>Accuracy and loss</source>
        <translation>정확도와 손실</translation>
    </message>
</context>
<context>
    <name>DataSetPage</name>
    <message>
        <source>&amp;Undo</source>
        <translation>실행 취소(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>다시 실행(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>재생(&amp;P)</translation>
    </message>
    <message>
        <source>P&amp;in to validation</source>
        <translation>검증용으로 고정(&amp;I)</translation>
    </message>
    <message>
        <source>Show in &amp;folder</source>
        <translation>폴더에서 보기(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Augment…</source>
        <translation>증강(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Look again…</source>
        <translation>다시 살펴보기(&amp;L)…</translation>
    </message>
    <message>
        <source>Remove &amp;copies</source>
        <translation>사본 제거(&amp;C)</translation>
    </message>
    <message>
        <source>Re&amp;move from data set</source>
        <translation>데이터 세트에서 제거(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Import archive…</source>
        <translation>아카이브 가져오기(&amp;I)…</translation>
    </message>
    <message>
        <source>E&amp;xport…</source>
        <translation>내보내기(&amp;X)…</translation>
    </message>
    <message>
        <source>&amp;New genre…</source>
        <translation>새 장르(&amp;N)…</translation>
    </message>
    <message>
        <source>&amp;Empty bin…</source>
        <translation>휴지통 비우기(&amp;E)…</translation>
    </message>
    <message>
        <source>Re&amp;label as</source>
        <translation>장르 바꾸기(&amp;L)</translation>
    </message>
    <message>
        <source>More</source>
        <translation>더 보기</translation>
    </message>
    <message>
        <source>Augment…</source>
        <translation>증강…</translation>
    </message>
    <message>
        <source>Add altered copies of clips, or even out the genres</source>
        <translation>클립의 변형 사본을 추가하거나 장르 균형을 맞춥니다</translation>
    </message>
    <message>
        <source>Look again…</source>
        <translation>다시 살펴보기…</translation>
    </message>
    <message>
        <source>Find wrong labels, and recordings that are there twice</source>
        <translation>잘못된 장르와 두 번 들어 있는 녹음을 찾습니다</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>추가…</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>파일 추가…</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>폴더 추가…</translation>
    </message>
    <message>
        <source>Import archive…</source>
        <translation>아카이브 가져오기…</translation>
    </message>
    <message>
        <source>Teach Genre App your music</source>
        <translation>Genre App에 내 음악 가르치기</translation>
    </message>
    <message>
        <source>Drop songs or whole folders here and say which genre they are.</source>
        <translation>노래나 폴더를 여기에 끌어다 놓고 어떤 장르인지 알려 주세요.</translation>
    </message>
    <message>
        <source>Folders that are named after genres, as in GTZAN, label themselves.</source>
        <translation>GTZAN처럼 장르 이름을 붙인 폴더는 그 이름이 곧 장르가 됩니다.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>The data set could not be opened</source>
        <translation>데이터 세트를 열 수 없음</translation>
    </message>
    <message>
        <source>The message above says why.</source>
        <translation>이유는 위의 메시지에 있습니다.</translation>
    </message>
    <message>
        <source>Show all clips</source>
        <translation>모든 클립 보기</translation>
    </message>
    <message>
        <source>No clip fits</source>
        <translation>맞는 클립이 없음</translation>
    </message>
    <message>
        <source>Try fewer words or another filter.</source>
        <translation>검색어를 줄이거나 다른 필터를 써 보세요.</translation>
    </message>
    <message>
        <source>Stop adding</source>
        <translation>추가 중지</translation>
    </message>
    <message>
        <source>Stopped; what was added so far stays.</source>
        <translation>중지했습니다. 지금까지 추가한 것은 그대로 있습니다.</translation>
    </message>
    <message>
        <source>Other files are being added. Let that end, or stop it, and drop these again.</source>
        <translation>다른 파일을 추가하는 중입니다. 끝나거나 중지한 뒤 다시 끌어다 놓으세요.</translation>
    </message>
    <message>
        <source>&amp;Undo: {change}</source>
        <translation>실행 취소(&amp;U): {change}</translation>
    </message>
    <message>
        <source>&amp;Redo: {change}</source>
        <translation>다시 실행(&amp;R): {change}</translation>
    </message>
    <message numerus="yes">
        <source>%n of {total} clip(s)</source>
        <translation>
            <numerusform>클립 {total}개 중 %n개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s)</source>
        <translation>
            <numerusform>클립 %n개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>%n개 선택됨</numerusform>
        </translation>
    </message>
    <message>
        <source>Adding {done} of {total}</source>
        <translation>추가하는 중: {total}개 중 {done}개</translation>
    </message>
    <message>
        <source>The model hears new clips: {done} of {total}</source>
        <translation>모델이 새 클립을 듣는 중: {total}개 중 {done}개</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>일시 정지(&amp;P)</translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) added.</source>
        <translation>
            <numerusform>클립 %n개를 추가했습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) could not be added; the first was {name}: {reason}</source>
        <translation>
            <numerusform>파일 %n개를 추가하지 못했습니다. 첫 번째는 {name}: {reason}</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Unpin from validation</source>
        <translation>검증 고정 해제(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Files…</source>
        <translation>파일(&amp;F)…</translation>
    </message>
    <message>
        <source>F&amp;older…</source>
        <translation>폴더(&amp;O)…</translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) relabelled as {genre}.</source>
        <translation>
            <numerusform>클립 %n개의 장르를 {genre}(으)로 바꿨습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) unpinned.</source>
        <translation>
            <numerusform>클립 %n개의 고정을 해제했습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) pinned to validation.</source>
        <translation>
            <numerusform>클립 %n개를 검증용으로 고정했습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) removed. Undo brings them back.</source>
        <translation>
            <numerusform>클립 %n개를 제거했습니다. 실행 취소로 되돌릴 수 있습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>Undone: {change}</source>
        <translation>실행 취소함: {change}</translation>
    </message>
    <message>
        <source>Done again: {change}</source>
        <translation>다시 실행함: {change}</translation>
    </message>
    <message>
        <source>Empty bin</source>
        <translation>휴지통 비우기</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n removed clip(s) for good?</source>
        <translation>
            <numerusform>제거한 클립 %n개를 완전히 삭제할까요?</numerusform>
        </translation>
    </message>
    <message>
        <source>Their files in the data set are deleted, and nothing done so far can be undone.</source>
        <translation>데이터 세트에 있는 파일이 삭제되며, 지금까지 한 일은 더 이상 취소할 수 없습니다.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>삭제</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>그대로 두기</translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) deleted for good.</source>
        <translation>
            <numerusform>클립 %n개를 완전히 삭제했습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>{genre} removed.</source>
        <translation>{genre} 장르를 제거했습니다.</translation>
    </message>
    <message>
        <source>Import archive</source>
        <translation>아카이브 가져오기</translation>
    </message>
    <message>
        <source>Data set archives</source>
        <translation>데이터 세트 아카이브</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>모든 파일</translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) imported.</source>
        <translation>
            <numerusform>클립 %n개를 가져왔습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) exported to {name} ({size}).</source>
        <translation>
            <numerusform>클립 %n개를 {name}에 내보냈습니다({size}).</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n copy(s) added.</source>
        <translation>
            <numerusform>사본 %n개를 추가했습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n copy(s) removed. Undo brings them back.</source>
        <translation>
            <numerusform>사본 %n개를 제거했습니다. 실행 취소하면 돌아옵니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>The selected clips have no copies.</source>
        <translation>선택한 클립에는 사본이 없습니다.</translation>
    </message>
</context>
<context>
    <name>DoubtRow</name>
    <message>
        <source>Labelled {genre}. A model that learned from the other clips takes it for {other} ({sure}) and believes the label to {label}.</source>
        <translation>현재 장르는 {genre}입니다. 다른 클립으로 배운 모델은 {other}({sure})로 듣고, 현재 장르일 가능성은 {label}로 봅니다.</translation>
    </message>
    <message>
        <source>Relabel as {genre}</source>
        <translation>{genre} 장르로 변경</translation>
    </message>
    <message>
        <source>Keep {genre}</source>
        <translation>{genre} 유지</translation>
    </message>
    <message>
        <source>Removed</source>
        <translation>제거됨</translation>
    </message>
    <message>
        <source>Relabelled as {genre}</source>
        <translation>변경됨: {genre}</translation>
    </message>
    <message>
        <source>Found right</source>
        <translation>맞다고 확인함</translation>
    </message>
</context>
<context>
    <name>ErrorDialog</name>
    <message>
        <source>Genre App</source>
        <translation>Genre App</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>자세한 정보 복사</translation>
    </message>
</context>
<context>
    <name>EvaluationView</name>
    <message>
        <source>Reference set</source>
        <translation>기준 세트</translation>
    </message>
    <message>
        <source>Your clips</source>
        <translation>내 클립</translation>
    </message>
    <message>
        <source>It is not known how good this model is on it.</source>
        <translation>이 모델이 기준 세트에서 얼마나 정확한지 알 수 없습니다.</translation>
    </message>
    <message>
        <source>None of your clips is kept for validation, so none can tell.</source>
        <translation>검증용으로 남겨 둔 클립이 없어 알 수 없습니다.</translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s)</source>
        <translation>
            <numerusform>클립 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>정확도</translation>
    </message>
    <message>
        <source>sure of no clip; its confidence is {ece} points off on average</source>
        <translation>확신한 클립 없음, 신뢰도는 평균 {ece}%p 어긋남</translation>
    </message>
    <message>
        <source>sure of {sure} of the clips, of those {right} right; its confidence is {ece} points off on average</source>
        <translation>클립의 {sure}를 확신했고 그중 {right}가 정답, 신뢰도는 평균 {ece}%p 어긋남</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export data set</source>
        <translation>데이터 세트 내보내기</translation>
    </message>
    <message>
        <source>All clips with their genres, splits and augmented copies go into one zip file, which another computer can import without losing anything.</source>
        <translation>모든 클립과 장르, 분할, 증강 사본을 zip 파일 하나에 담습니다. 다른 컴퓨터에서 빠짐없이 그대로 가져올 수 있습니다.</translation>
    </message>
    <message>
        <source>With the audio files</source>
        <translation>오디오 파일 포함</translation>
    </message>
    <message>
        <source>Tell from which folders the clips came</source>
        <translation>클립의 원래 폴더 경로 포함</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>내보내기…</translation>
    </message>
    <message>
        <source>Data set archives</source>
        <translation>데이터 세트 아카이브</translation>
    </message>
    <message>
        <source>Writing {name}…</source>
        <translation>{name} 쓰는 중…</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>Search title, artist, source</source>
        <translation>제목, 아티스트, 출처 검색</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>검색</translation>
    </message>
    <message>
        <source>Genre</source>
        <translation>장르</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>분할</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>출처</translation>
    </message>
    <message>
        <source>All splits</source>
        <translation>모든 분할</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>검증</translation>
    </message>
    <message>
        <source>All genres</source>
        <translation>모든 장르</translation>
    </message>
    <message>
        <source>All sources</source>
        <translation>모든 출처</translation>
    </message>
</context>
<context>
    <name>GenreDialog</name>
    <message>
        <source>New genre</source>
        <translation>새 장르</translation>
    </message>
    <message>
        <source>Name, in any script</source>
        <translation>이름(어떤 문자든 가능)</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>Other colour…</source>
        <translation>다른 색…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>만들기</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>저장</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>색</translation>
    </message>
</context>
<context>
    <name>GenreMenu</name>
    <message>
        <source>&amp;New genre…</source>
        <translation>새 장르(&amp;N)…</translation>
    </message>
</context>
<context>
    <name>GenreModel</name>
    <message>
        <source>{genre}: {train} for training, {valid} for validation, {copies} copies</source>
        <translation>{genre}: 학습 {train}개, 검증 {valid}개, 사본 {copies}개</translation>
    </message>
</context>
<context>
    <name>GenrePanel</name>
    <message>
        <source>Genres</source>
        <translation>장르</translation>
    </message>
    <message>
        <source>Rename or colour the genre</source>
        <translation>장르의 이름이나 색 바꾸기</translation>
    </message>
    <message>
        <source>Remove the genre</source>
        <translation>장르 제거</translation>
    </message>
    <message>
        <source>New genre</source>
        <translation>새 장르</translation>
    </message>
    <message>
        <source>{largest} has {n_largest} clips and copies for training, {smallest} only {n_smallest}. The model will lean towards {largest}: add more {smallest}, or augment it.</source>
        <translation>학습용 클립과 사본이 {largest}에는 {n_largest}개, {smallest}에는 {n_smallest}개뿐입니다. 모델이 {largest} 쪽으로 기울 수 있으니 {smallest} 클립을 더 추가하거나 증강하세요.</translation>
    </message>
    <message>
        <source>{largest} has {n_largest} clips and copies for training, {smallest} none: all of its clips are kept for validation. Add more {smallest}.</source>
        <translation>{largest}의 훈련용 클립과 사본은 {n_largest}개인데 {smallest}에는 하나도 없습니다. 클립이 모두 검증용입니다. {smallest} 클립을 더 추가하세요.</translation>
    </message>
    <message>
        <source>Change &amp;colour…</source>
        <translation>색 바꾸기(&amp;C)…</translation>
    </message>
    <message>
        <source>&amp;Rename or colour…</source>
        <translation>이름이나 색 바꾸기(&amp;R)…</translation>
    </message>
    <message>
        <source>Re&amp;move genre</source>
        <translation>장르 제거(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;New genre…</source>
        <translation>새 장르(&amp;N)…</translation>
    </message>
</context>
<context>
    <name>GenreStrip</name>
    <message>
        <source>Genre over time</source>
        <translation>시간에 따른 장르</translation>
    </message>
    <message>
        <source>%1
Silence</source>
        <translation>%1
무음</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Import data set</source>
        <translation>데이터 세트 가져오기</translation>
    </message>
    <message>
        <source>Choose folder…</source>
        <translation>폴더 선택…</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>가져오기</translation>
    </message>
    <message>
        <source>Looking into {name}…</source>
        <translation>{name} 살펴보는 중…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) in it</source>
        <translation>
            <numerusform>클립 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>{new} new, {there} already there</source>
        <translation>새 클립 {new}개, 이미 있는 클립 {there}개</translation>
    </message>
    <message numerus="yes">
        <source>%n augmented copy(s)</source>
        <translation>
            <numerusform>증강 사본 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>New genres: {names}</source>
        <translation>새 장르: {names}</translation>
    </message>
    <message>
        <source>{size} of audio</source>
        <translation>오디오 {size}</translation>
    </message>
    <message>
        <source>Clips that are there already stay as they are. Undo takes the import back.</source>
        <translation>이미 있는 클립은 그대로 둡니다. 가져오기는 실행 취소할 수 있습니다.</translation>
    </message>
    <message>
        <source>The archive came without audio. Choose the folder that the audio files are in; they are known by their content, whatever they are called.</source>
        <translation>이 아카이브에는 오디오가 없습니다. 오디오 파일이 있는 폴더를 선택하세요. 이름이 달라도 내용으로 찾아냅니다.</translation>
    </message>
    <message>
        <source>The audio files are looked for in {folder}.</source>
        <translation>{folder}에서 오디오 파일을 찾습니다.</translation>
    </message>
    <message>
        <source>Folder with the audio files</source>
        <translation>오디오 파일이 있는 폴더</translation>
    </message>
    <message>
        <source>Importing {name}…</source>
        <translation>{name} 가져오는 중…</translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) could not be imported: no audio was found for {names}.</source>
        <translation>
            <numerusform>클립 %n개를 가져오지 못했습니다. 오디오를 찾을 수 없습니다: {names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>In %n case(s) the archive says otherwise; what was here was kept:</source>
        <translation>
            <numerusform>아카이브와 다른 점이 %n개 있어 기존 내용을 유지했습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}: a copy can&apos;t be made by this program</source>
        <translation>{name}: 이 프로그램에서 만들 수 없는 사본이 있습니다</translation>
    </message>
    <message>
        <source>training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>검증</translation>
    </message>
    <message>
        <source>{name}: {here}, in the archive {there}</source>
        <translation>{name}: {here}, 아카이브에는 {there}</translation>
    </message>
</context>
<context>
    <name>IntervalChart</name>
    <message>
        <source>The bar is where the accuracy lies with a confidence of 95%.</source>
        <translation>막대는 95% 신뢰 수준에서 정확도가 있는 범위입니다.</translation>
    </message>
</context>
<context>
    <name>LessonList</name>
    <message>
        <source>Genre</source>
        <translation>장르</translation>
    </message>
    <message>
        <source>Clips</source>
        <translation>클립</translation>
    </message>
    <message>
        <source>Copies</source>
        <translation>사본</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>검증</translation>
    </message>
</context>
<context>
    <name>LevelBar</name>
    <message>
        <source>Input level</source>
        <translation>입력 레벨</translation>
    </message>
</context>
<context>
    <name>ListenPage</name>
    <message numerus="yes">
        <source>%n file(s) were heard with another model than the one that answers now. Select them and choose Listen again (Ctrl+R) to hear what this one says.</source>
        <translation>
            <numerusform>파일 %n개는 지금 쓰는 모델이 아닌 다른 모델로 들은 결과입니다. 선택하고 다시 듣기(Ctrl+R)를 누르면 지금 모델의 답을 볼 수 있습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>Add to &amp;data set as…</source>
        <translation>데이터 세트에 추가(&amp;D)…</translation>
    </message>
    <message>
        <source>&amp;Copy result</source>
        <translation>결과 복사(&amp;C)</translation>
    </message>
    <message>
        <source>Copy error &amp;details</source>
        <translation>오류 정보 복사(&amp;D)</translation>
    </message>
    <message>
        <source>Show in &amp;folder</source>
        <translation>폴더에서 보기(&amp;F)</translation>
    </message>
    <message>
        <source>Listen &amp;again</source>
        <translation>다시 듣기(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Remove from list</source>
        <translation>목록에서 제거(&amp;R)</translation>
    </message>
    <message>
        <source>C&amp;lear list</source>
        <translation>목록 비우기(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>중지(&amp;S)</translation>
    </message>
    <message>
        <source>Drop music here</source>
        <translation>여기에 음악을 놓으세요</translation>
    </message>
    <message>
        <source>Files or whole folders: Genre App listens to each song and names its genre.</source>
        <translation>파일이나 폴더를 놓으면 Genre App이 곡을 하나씩 듣고 장르를 알려 줍니다.</translation>
    </message>
    <message>
        <source>Nothing leaves this computer.</source>
        <translation>음악은 이 컴퓨터 밖으로 나가지 않습니다.</translation>
    </message>
    <message>
        <source>Open files…</source>
        <translation>파일 열기…</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>폴더 열기…</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>Stop listening (Esc)</source>
        <translation>그만 듣기 (Esc)</translation>
    </message>
    <message>
        <source>Stop listening</source>
        <translation>그만 듣기</translation>
    </message>
    <message>
        <source>Open files (Ctrl+O)</source>
        <translation>파일 열기 (Ctrl+O)</translation>
    </message>
    <message>
        <source>Open files</source>
        <translation>파일 열기</translation>
    </message>
    <message>
        <source>Open folder (Ctrl+Shift+O)</source>
        <translation>폴더 열기 (Ctrl+Shift+O)</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>폴더 열기</translation>
    </message>
    <message numerus="yes">
        <source>Searching… %n file(s) found</source>
        <translation>
            <numerusform>찾는 중… 파일 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>준비하는 중…</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{total}개 중 {done}개</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>파일 %n개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n error(s)</source>
        <translation>
            <numerusform>오류 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>Add to data set as</source>
        <translation>데이터 세트에 추가할 장르</translation>
    </message>
    <message numerus="yes">
        <source>%n song(s) added to the data set as {genre}.</source>
        <translation>
            <numerusform>노래 %n곡을 {genre}(으)로 데이터 세트에 추가했습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n song(s) are in the data set already.</source>
        <translation>
            <numerusform>노래 %n곡은 이미 데이터 세트에 있습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>It sounds like a clip that is there; both stay in one split.</source>
        <translation>이미 있는 클립과 비슷하게 들려서 같은 분할에 둡니다.</translation>
    </message>
</context>
<context>
    <name>LiveGuess</name>
    <message>
        <source>Live guess</source>
        <translation>실시간 추측</translation>
    </message>
    <message>
        <source>No guess yet</source>
        <translation>아직 추측 없음</translation>
    </message>
    <message>
        <source>Listening…</source>
        <translation>듣는 중…</translation>
    </message>
    <message>
        <source>It is too quiet to tell. Turn the music up, or go nearer.</source>
        <translation>소리가 너무 작아서 알 수 없습니다. 음악을 키우거나 더 가까이 가 보세요.</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>불확실</translation>
    </message>
    <message>
        <source>Maybe {genre}, but other genres are almost as likely.</source>
        <translation>{genre}일 수도 있지만, 다른 장르일 가능성도 거의 같습니다.</translation>
    </message>
    <message>
        <source>Last guess</source>
        <translation>마지막 추측</translation>
    </message>
</context>
<context>
    <name>LiveWaveform</name>
    <message>
        <source>Waveform of the recording</source>
        <translation>녹음 파형</translation>
    </message>
</context>
<context>
    <name>LookAgainDialog</name>
    <message>
        <source>Look again</source>
        <translation>다시 살펴보기</translation>
    </message>
    <message>
        <source>Each clip is judged by a model that learned from the other clips only. What it doubts most comes first.</source>
        <translation>각 클립을 나머지 클립만으로 배운 모델이 판단합니다. 가장 의심스러운 것부터 보여 줍니다.</translation>
    </message>
    <message>
        <source>Nothing is in doubt</source>
        <translation>의심스러운 것이 없습니다</translation>
    </message>
    <message>
        <source>All labels fit together.</source>
        <translation>모든 장르가 서로 잘 맞습니다.</translation>
    </message>
    <message>
        <source>It could not be done</source>
        <translation>살펴보지 못했습니다</translation>
    </message>
    <message>
        <source>The message above says why.</source>
        <translation>위의 메시지에 이유가 있습니다.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
    <message>
        <source>Judging each clip by the others…</source>
        <translation>각 클립을 나머지 클립으로 판단하는 중…</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>진행 상황</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>더 보기</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) judged.</source>
        <translation>
            <numerusform>클립 %n개를 판단했습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not yet: the model has not heard them, or they are silent.</source>
        <translation>
            <numerusform>%n개는 모델이 아직 듣지 않았거나 소리가 없어 판단하지 않았습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not: there are too few others of their genre.</source>
        <translation>
            <numerusform>%n개는 같은 장르의 클립이 너무 적어 판단하지 않았습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>Labels in doubt {n}</source>
        <translation>의심스러운 장르 {n}</translation>
    </message>
    <message>
        <source>Same recording twice {n}</source>
        <translation>같은 녹음 {n}</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Genre App</source>
        <translation>Genre App</translation>
    </message>
    <message>
        <source>Listen</source>
        <translation>듣기</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>녹음</translation>
    </message>
    <message>
        <source>Data set</source>
        <translation>데이터 세트</translation>
    </message>
    <message>
        <source>Retrain</source>
        <translation>재학습</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>The training is over. The page Retrain shows what came of it.</source>
        <translation>학습이 끝났습니다. 재학습 페이지에서 결과를 볼 수 있습니다.</translation>
    </message>
    <message numerus="yes">
        <source>%n recording(s) had not been finished when the program ended; they are complete and here.</source>
        <translation>
            <numerusform>프로그램이 종료될 때 끝나지 않았던 녹음 %n개를 온전히 복구하여 목록에 추가했습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>파일(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Open files…</source>
        <translation>파일 열기(&amp;O)…</translation>
    </message>
    <message>
        <source>Open &amp;folder…</source>
        <translation>폴더 열기(&amp;F)…</translation>
    </message>
    <message>
        <source>Open &amp;recordings folder</source>
        <translation>녹음 폴더 열기(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>끝내기(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>편집(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>보기(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Colour scheme</source>
        <translation>색상 테마(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;System</source>
        <translation>시스템 설정(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>밝게(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>어둡게(&amp;D)</translation>
    </message>
    <message>
        <source>L&amp;anguage</source>
        <translation>언어(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>도움말(&amp;H)</translation>
    </message>
    <message>
        <source>Open &amp;log folder</source>
        <translation>로그 폴더 열기(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;About Genre App</source>
        <translation>Genre App 정보(&amp;A)</translation>
    </message>
    <message>
        <source>Open files</source>
        <translation>파일 열기</translation>
    </message>
    <message>
        <source>Add files to data set</source>
        <translation>데이터 세트에 파일 추가</translation>
    </message>
    <message>
        <source>Audio files</source>
        <translation>오디오 파일</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>모든 파일</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>폴더 열기</translation>
    </message>
    <message>
        <source>Add folder to data set</source>
        <translation>데이터 세트에 폴더 추가</translation>
    </message>
    <message>
        <source>Let go to add to the data set</source>
        <translation>여기에 놓으면 데이터 세트에 추가합니다</translation>
    </message>
    <message>
        <source>Let go to listen</source>
        <translation>여기에 놓으면 들어 봅니다</translation>
    </message>
    <message>
        <source>A recording is running.</source>
        <translation>녹음이 진행 중입니다.</translation>
    </message>
    <message>
        <source>Stop it and quit? What was recorded so far is kept.</source>
        <translation>녹음을 멈추고 끝낼까요? 지금까지 녹음한 내용은 보관됩니다.</translation>
    </message>
    <message>
        <source>Stop and quit</source>
        <translation>멈추고 끝내기</translation>
    </message>
    <message>
        <source>Keep recording</source>
        <translation>계속 녹음</translation>
    </message>
    <message>
        <source>A training is running.</source>
        <translation>학습이 진행 중입니다.</translation>
    </message>
    <message>
        <source>It can go on without the window; what comes of it is shown when you are back.</source>
        <translation>창을 닫아도 계속할 수 있으며, 결과는 다시 열었을 때 보여 드립니다.</translation>
    </message>
    <message>
        <source>Go on in the background</source>
        <translation>백그라운드에서 계속</translation>
    </message>
    <message>
        <source>Cancel the training</source>
        <translation>학습 취소</translation>
    </message>
    <message>
        <source>Don&apos;t quit</source>
        <translation>끝내지 않기</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Copy details</source>
        <translation>자세한 정보 복사</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>Roll back</source>
        <translation>되돌리기</translation>
    </message>
    <message>
        <source>Let the model answer that the active one was trained from</source>
        <translation>사용 중인 모델이 학습을 시작한 모델로 되돌립니다</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>가져오기…</translation>
    </message>
    <message>
        <source>Import a model from a file</source>
        <translation>파일에서 모델 가져오기</translation>
    </message>
    <message>
        <source>Retrain…</source>
        <translation>재학습…</translation>
    </message>
    <message>
        <source>Activate</source>
        <translation>사용하기</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>이름 바꾸기</translation>
    </message>
    <message>
        <source>Export to a file</source>
        <translation>파일로 내보내기</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>삭제</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>비교</translation>
    </message>
    <message>
        <source>Compare with the active one</source>
        <translation>사용 중인 모델과 비교</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>품질</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>곡선</translation>
    </message>
    <message>
        <source>Close the comparison</source>
        <translation>비교 닫기</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>자세한 정보 복사</translation>
    </message>
    <message>
        <source>A retrain makes a new model from this one and your clips.</source>
        <translation>재학습하면 이 모델과 내 클립으로 새 모델을 만듭니다.</translation>
    </message>
    <message>
        <source>Choose two with Ctrl to compare them.</source>
        <translation>Ctrl 키로 두 개를 선택하면 비교합니다.</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>사용 중</translation>
    </message>
    <message>
        <source>The base model can&apos;t be deleted</source>
        <translation>기본 모델은 삭제할 수 없습니다</translation>
    </message>
    <message>
        <source>Came with the program. It can always answer again.</source>
        <translation>프로그램에 포함된 모델입니다. 언제든 다시 사용할 수 있습니다.</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>없음</translation>
    </message>
    <message>
        <source>Trained from “{model}”.</source>
        <translation>“{model}”에서 학습했습니다.</translation>
    </message>
    <message>
        <source>Quickly retrained from “{model}”.</source>
        <translation>“{model}”에서 빠르게 재학습했습니다.</translation>
    </message>
    <message>
        <source>Fully trained from “{model}”.</source>
        <translation>“{model}”에서 전체 학습했습니다.</translation>
    </message>
    <message>
        <source>the reference collection</source>
        <translation>기준 음악 모음</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>알 수 없음</translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) of yours</source>
        <translation>
            <numerusform>내 클립 %n개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n augmented copies</source>
        <translation>
            <numerusform>증강 사본 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>Made</source>
        <translation>만든 날</translation>
    </message>
    <message>
        <source>Learned from</source>
        <translation>학습 자료</translation>
    </message>
    <message>
        <source>Genres</source>
        <translation>장르</translation>
    </message>
    <message>
        <source>Sure from</source>
        <translation>확신 기준</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>크기</translation>
    </message>
    <message>
        <source>Identifier</source>
        <translation>식별자</translation>
    </message>
    <message>
        <source>New genres</source>
        <translation>새 장르</translation>
    </message>
    <message>
        <source>“{one}” compared with “{other}”</source>
        <translation>“{one}”와(과) “{other}” 비교</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>비교하는 중…</translation>
    </message>
    <message>
        <source>They can&apos;t be compared.</source>
        <translation>비교할 수 없습니다.</translation>
    </message>
    <message>
        <source>Activate an unknown model</source>
        <translation>알려지지 않은 모델 사용</translation>
    </message>
    <message>
        <source>Nobody knows whether this model is as good as the active one.</source>
        <translation>이 모델이 사용 중인 모델만큼 좋은지 알 수 없습니다.</translation>
    </message>
    <message>
        <source>Activate a worse model</source>
        <translation>더 나쁜 모델 사용</translation>
    </message>
    <message>
        <source>On the reference set it is worse than the active one by more than chance explains.</source>
        <translation>기준 세트에서 사용 중인 모델보다 우연으로 설명할 수 없을 만큼 나쁩니다.</translation>
    </message>
    <message>
        <source>You can go back whenever you like.</source>
        <translation>언제든지 되돌릴 수 있습니다.</translation>
    </message>
    <message>
        <source>Activate it all the same</source>
        <translation>그래도 사용하기</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>뒤로</translation>
    </message>
    <message>
        <source>“{model}” answers from now on.</source>
        <translation>이제부터 “{model}” 모델이 답합니다.</translation>
    </message>
    <message>
        <source>Name of the model (empty: by its date)</source>
        <translation>모델 이름(비우면 날짜로 표시)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Export model</source>
        <translation>모델 내보내기</translation>
    </message>
    <message>
        <source>Models of Genre App</source>
        <translation>Genre App 모델</translation>
    </message>
    <message>
        <source>Exported to {path}</source>
        <translation>{path}(으)로 내보냈습니다</translation>
    </message>
    <message>
        <source>Import model</source>
        <translation>모델 가져오기</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>모든 파일</translation>
    </message>
    <message>
        <source>Imported. It answers when you activate it.</source>
        <translation>가져왔습니다. 사용하기를 누르면 이 모델이 답합니다.</translation>
    </message>
    <message>
        <source>Checking the model…</source>
        <translation>모델 확인 중…</translation>
    </message>
    <message>
        <source>Delete model</source>
        <translation>모델 삭제</translation>
    </message>
    <message>
        <source>Delete “{model}” for good?</source>
        <translation>“{model}” 모델을 완전히 삭제할까요?</translation>
    </message>
    <message>
        <source>It is the active one: the model that it was trained from answers then.</source>
        <translation>사용 중인 모델입니다. 삭제하면 학습을 시작한 모델이 대신 답합니다.</translation>
    </message>
    <message>
        <source>Export it first if you may want it again.</source>
        <translation>다시 쓸 수도 있다면 먼저 내보내세요.</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>그대로 두기</translation>
    </message>
</context>
<context>
    <name>PairRow</name>
    <message>
        <source>Both are {genre}</source>
        <translation>둘 다 {genre}</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>제거</translation>
    </message>
    <message>
        <source>Remove this one; Undo brings it back</source>
        <translation>이 클립을 제거합니다. 실행 취소로 되살릴 수 있습니다</translation>
    </message>
    <message>
        <source>Keep both</source>
        <translation>둘 다 유지</translation>
    </message>
    <message>
        <source>Removed</source>
        <translation>제거됨</translation>
    </message>
    <message>
        <source>Relabelled</source>
        <translation>장르 변경됨</translation>
    </message>
    <message>
        <source>Both kept</source>
        <translation>둘 다 유지함</translation>
    </message>
</context>
<context>
    <name>PlayButton</name>
    <message>
        <source>Pause</source>
        <translation>일시 정지</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>재생</translation>
    </message>
    <message>
        <source>%1 (space bar)</source>
        <translation>%1 (스페이스 바)</translation>
    </message>
</context>
<context>
    <name>ProbabilityBars</name>
    <message>
        <source>Probabilities</source>
        <translation>확률</translation>
    </message>
</context>
<context>
    <name>Program</name>
    <message>
        <source>Genre App</source>
        <translation>Genre App</translation>
    </message>
    <message>
        <source>The language changes when the recording has ended and the program is started again.</source>
        <translation>녹음이 끝난 뒤 프로그램을 다시 시작하면 언어가 바뀝니다.</translation>
    </message>
</context>
<context>
    <name>QFileDialog</name>
    <message>
        <source>&amp;Look in:</source>
        <translation>찾는 위치(&amp;L):</translation>
    </message>
    <message>
        <source>Files of &amp;type:</source>
        <translation>파일 형식(&amp;T):</translation>
    </message>
</context>
<context>
    <name>RailButton</name>
    <message>
        <source>at work</source>
        <translation>진행 중</translation>
    </message>
    <message>
        <source>done</source>
        <translation>완료</translation>
    </message>
</context>
<context>
    <name>RecordButton</name>
    <message>
        <source>Stop</source>
        <translation>정지</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>녹음</translation>
    </message>
    <message>
        <source>Stop (R)</source>
        <translation>정지 (R)</translation>
    </message>
    <message>
        <source>Record (R)</source>
        <translation>녹음 (R)</translation>
    </message>
</context>
<context>
    <name>RecordPage</name>
    <message>
        <source>Look again</source>
        <translation>다시 찾기</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>마이크</translation>
    </message>
    <message>
        <source>No microphone</source>
        <translation>마이크 없음</translation>
    </message>
    <message>
        <source>Refresh the list of microphones</source>
        <translation>마이크 목록 새로 고침</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>폴더 열기</translation>
    </message>
    <message>
        <source>Elapsed time</source>
        <translation>경과 시간</translation>
    </message>
    <message>
        <source>No microphone found</source>
        <translation>마이크를 찾을 수 없음</translation>
    </message>
    <message>
        <source>Plug in a microphone or a headset, or switch one on in the system&apos;s sound settings. Then look again. You can still drop sound files under Listen.</source>
        <translation>마이크나 헤드셋을 연결하거나 시스템의 소리 설정에서 켠 다음 다시 찾아보세요. 듣기 화면에는 언제든 소리 파일을 놓을 수 있습니다.</translation>
    </message>
    <message>
        <source>Microphones can be looked for only while nothing is playing. Pause, and try again.</source>
        <translation>재생 중에는 마이크를 찾을 수 없습니다. 재생을 일시 정지하고 다시 시도하세요.</translation>
    </message>
    <message>
        <source>System default</source>
        <translation>시스템 기본값</translation>
    </message>
    <message>
        <source>{device} (default)</source>
        <translation>{device} (기본값)</translation>
    </message>
    <message>
        <source>Recordings go to {folder}</source>
        <translation>녹음 저장 위치: {folder}</translation>
    </message>
    <message>
        <source>Look for microphones</source>
        <translation>마이크 찾기</translation>
    </message>
    <message>
        <source>The list can be refreshed when the recording has ended</source>
        <translation>녹음이 끝나면 목록을 새로 고칠 수 있습니다</translation>
    </message>
    <message>
        <source>The first guess comes after a few seconds of music.</source>
        <translation>음악이 몇 초 들리면 첫 추측이 나옵니다.</translation>
    </message>
    <message>
        <source>Looking for microphones…</source>
        <translation>마이크를 찾는 중…</translation>
    </message>
    <message>
        <source>Press R or Space to record</source>
        <translation>R 또는 스페이스 바를 눌러 녹음</translation>
    </message>
    <message>
        <source>Opening the microphone…</source>
        <translation>마이크를 여는 중…</translation>
    </message>
    <message>
        <source>Changing the microphone…</source>
        <translation>마이크를 바꾸는 중…</translation>
    </message>
    <message>
        <source>Recording. Press R or Space to stop</source>
        <translation>녹음 중입니다. R 또는 스페이스 바를 누르면 멈춥니다</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>저장하는 중…</translation>
    </message>
    <message>
        <source>Play some music and press the red button</source>
        <translation>음악을 틀고 빨간 버튼을 누르세요</translation>
    </message>
    <message>
        <source>Too loud: turn the input or the music down</source>
        <translation>소리가 너무 큽니다. 입력이나 음악 소리를 줄이세요</translation>
    </message>
    <message numerus="yes">
        <source>%n gap(s): the computer was too busy to keep up</source>
        <translation>
            <numerusform>끊김 %n회: 컴퓨터가 바빠서 소리를 놓쳤습니다</numerusform>
        </translation>
    </message>
    <message>
        <source>Listen has the answer for the whole take.</source>
        <translation>녹음 전체의 결과는 듣기 화면에 있습니다.</translation>
    </message>
    <message>
        <source>Heard in the last {seconds} s, renewed every second.</source>
        <translation>최근 {seconds}초 동안 들은 결과이며 매초 새로 고칩니다.</translation>
    </message>
    <message>
        <source>While you record, this says every second what the music sounds like.</source>
        <translation>녹음하는 동안 어떤 장르로 들리는지 매초 여기에 나타납니다.</translation>
    </message>
    <message>
        <source>The take was added to Listen.</source>
        <translation>녹음을 듣기 화면에 추가했습니다.</translation>
    </message>
    <message>
        <source>No sound arrived from the microphone, so nothing was saved.</source>
        <translation>마이크에서 소리가 들어오지 않아 저장하지 않았습니다.</translation>
    </message>
    <message numerus="yes">
        <source>%n recording(s) that had not been finished were recovered and added to Listen.</source>
        <translation>
            <numerusform>끝나지 않았던 녹음 %n개를 복구하여 듣기 화면에 추가했습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>The model that names genres is not loaded. You can record all the same.</source>
        <translation>장르를 알려 주는 모델을 아직 불러오지 않았습니다. 녹음은 할 수 있습니다.</translation>
    </message>
</context>
<context>
    <name>RetrainPage</name>
    <message>
        <source>Go to the data set</source>
        <translation>데이터 세트로 이동</translation>
    </message>
    <message>
        <source>There is nothing to learn from yet</source>
        <translation>아직 배울 자료가 없습니다</translation>
    </message>
    <message>
        <source>Add songs of yours to the data set and say which genre they are.</source>
        <translation>데이터 세트에 내 노래를 추가하고 어떤 장르인지 정해 주세요.</translation>
    </message>
    <message>
        <source>Ten of a genre are enough to teach a new one.</source>
        <translation>새 장르는 열 곡이면 가르칠 수 있습니다.</translation>
    </message>
    <message>
        <source>Retrain</source>
        <translation>재학습</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>이어서 학습</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>버리기</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>사용하기</translation>
    </message>
    <message>
        <source>Quick</source>
        <translation>빠르게</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>전체</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>비교</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>곡선</translation>
    </message>
    <message>
        <source>What it will learn from</source>
        <translation>학습할 자료</translation>
    </message>
    <message>
        <source>Start anew</source>
        <translation>새로 시작</translation>
    </message>
    <message>
        <source>A full training was broken off after epoch {epoch} of {epochs}.</source>
        <translation>전체 학습이 에포크 {epochs}개 중 {epoch}개를 마치고 중단되었습니다.</translation>
    </message>
    <message>
        <source>Trains the whole network on the sound of your clips. That takes long; how long is said after the first steps. It can be cancelled and resumed.</source>
        <translation>내 클립의 소리로 신경망 전체를 학습합니다. 오래 걸리며, 남은 시간은 첫 단계가 끝나면 알려 드립니다. 취소했다가 이어서 할 수 있습니다.</translation>
    </message>
    <message>
        <source>Takes seconds: teaches the model anew which sound belongs to which genre.</source>
        <translation>몇 초면 됩니다. 어떤 소리가 어떤 장르인지 모델에 다시 가르칩니다.</translation>
    </message>
    <message>
        <source>new to the model</source>
        <translation>모델에 새로운 장르</translation>
    </message>
    <message>
        <source>all kept for validation: it can&apos;t be learned</source>
        <translation>모두 검증용이라 배울 수 없음</translation>
    </message>
    <message>
        <source>all kept for validation: teaches nothing new</source>
        <translation>모두 검증용이라 새로 배울 것 없음</translation>
    </message>
    <message>
        <source>new to the model; so few clips teach it little</source>
        <translation>새로운 장르지만 클립이 적어 배우기 어려움</translation>
    </message>
    <message>
        <source>Teach the model your music</source>
        <translation>모델에 내 음악을 가르치기</translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s)</source>
        <translation>
            <numerusform>클립 %n개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n augmented copies</source>
        <translation>
            <numerusform>증강 사본 %n개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n genre(s)</source>
        <translation>
            <numerusform>장르 %n개</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) for validation</source>
        <translation>
            <numerusform>검증용 클립 %n개</numerusform>
        </translation>
    </message>
    <message>
        <source>starting from “{model}”</source>
        <translation>“{model}”에서 시작</translation>
    </message>
    <message>
        <source>It learns from these and from what the model was trained on, so it forgets nothing.</source>
        <translation>이 클립과 모델이 원래 배운 자료를 함께 학습하므로 잊는 것이 없습니다.</translation>
    </message>
    <message>
        <source>All of your clips are kept for validation, so there is none to learn from. Add more, or unpin some in the data set.</source>
        <translation>내 클립이 모두 검증용이라 배울 것이 없습니다. 클립을 더 추가하거나 데이터 세트에서 일부의 고정을 해제하세요.</translation>
    </message>
    <message>
        <source>None of your clips is kept for validation, so only the reference set will tell whether the new model is better. Pin a few in the data set.</source>
        <translation>검증용으로 남겨 둔 내 클립이 없어 새 모델이 더 나은지 기준 세트로만 판단합니다. 데이터 세트에서 몇 개를 검증용으로 고정하세요.</translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) or copies were not heard by the model yet; that is done first.</source>
        <translation>
            <numerusform>모델이 아직 듣지 않은 클립이나 사본이 %n개 있어 먼저 듣습니다.</numerusform>
        </translation>
    </message>
    <message>
        <source>Learning from your music</source>
        <translation>내 음악을 배우는 중</translation>
    </message>
    <message>
        <source>You can record and listen meanwhile.</source>
        <translation>그동안 녹음하고 들을 수 있습니다.</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>취소하는 중…</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>시작하는 중…</translation>
    </message>
    <message>
        <source>Starting TensorFlow, which does the training…</source>
        <translation>학습을 맡는 TensorFlow를 시작하는 중…</translation>
    </message>
    <message>
        <source>Gathering clips…</source>
        <translation>클립을 모으는 중…</translation>
    </message>
    <message>
        <source>Computing spectrograms…</source>
        <translation>스펙트로그램 계산 중…</translation>
    </message>
    <message>
        <source>Hearing clips that are new to the model…</source>
        <translation>모델에 새로운 클립을 듣는 중…</translation>
    </message>
    <message>
        <source>Preparing the network…</source>
        <translation>신경망을 준비하는 중…</translation>
    </message>
    <message>
        <source>Converting the new model…</source>
        <translation>새 모델을 변환하는 중…</translation>
    </message>
    <message>
        <source>Hearing clips with the new model…</source>
        <translation>새 모델로 클립을 듣는 중…</translation>
    </message>
    <message>
        <source>Learning…</source>
        <translation>학습 중…</translation>
    </message>
    <message>
        <source>Epoch {epoch} of at most {epochs}</source>
        <translation>에포크 {epoch}(최대 {epochs})</translation>
    </message>
    <message>
        <source>Comparing it with the current model…</source>
        <translation>현재 모델과 비교하는 중…</translation>
    </message>
    <message>
        <source>Saving and checking the new model…</source>
        <translation>새 모델을 저장하고 확인하는 중…</translation>
    </message>
    <message numerus="yes">
        <source>at most about %n second(s) left</source>
        <translation>
            <numerusform>최대 약 %n초 남음</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n second(s) left</source>
        <translation>
            <numerusform>약 %n초 남음</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>at most about %n minute(s) left</source>
        <translation>
            <numerusform>최대 약 %n분 남음</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n minute(s) left</source>
        <translation>
            <numerusform>약 %n분 남음</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancelled. The model is as it was; the training can go on from its last epoch.</source>
        <translation>취소했습니다. 모델은 그대로이며, 마지막 에포크부터 이어서 학습할 수 있습니다.</translation>
    </message>
    <message>
        <source>Cancelled. The model is as it was.</source>
        <translation>취소했습니다. 모델은 그대로입니다.</translation>
    </message>
    <message>
        <source>New</source>
        <translation>새 모델</translation>
    </message>
    <message>
        <source>Current</source>
        <translation>현재 모델</translation>
    </message>
    <message>
        <source>Trained from “{model}” in {seconds} s.</source>
        <translation>“{model}”에서 {seconds}초 동안 학습했습니다.</translation>
    </message>
    <message>
        <source>Keep an unknown model</source>
        <translation>확인되지 않은 모델 사용</translation>
    </message>
    <message>
        <source>Nobody knows whether this model has forgotten anything.</source>
        <translation>이 모델이 무언가를 잊었는지 알 수 없습니다.</translation>
    </message>
    <message>
        <source>Keep a worse model</source>
        <translation>더 나쁜 모델 사용</translation>
    </message>
    <message>
        <source>This model is worse on the reference set by more than chance explains.</source>
        <translation>이 모델은 기준 세트에서 우연으로 볼 수 없을 만큼 더 나쁩니다.</translation>
    </message>
    <message>
        <source>It would answer from now on. You can go back on the page Models.</source>
        <translation>이제부터 이 모델이 답하게 됩니다. 모델 페이지에서 되돌릴 수 있습니다.</translation>
    </message>
    <message>
        <source>Keep it all the same</source>
        <translation>그래도 사용하기</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>뒤로</translation>
    </message>
    <message>
        <source>The new model answers from now on. The one before is still on the page Models.</source>
        <translation>이제부터 새 모델이 답합니다. 이전 모델은 모델 페이지에 남아 있습니다.</translation>
    </message>
    <message>
        <source>Discarded. The model you had goes on answering.</source>
        <translation>버렸습니다. 지금까지 쓰던 모델이 계속 답합니다.</translation>
    </message>
</context>
<context>
    <name>ScoreModel</name>
    <message>
        <source>Genre</source>
        <translation>장르</translation>
    </message>
    <message>
        <source>Clips</source>
        <translation>클립</translation>
    </message>
    <message>
        <source>Recall</source>
        <translation>재현율</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>정밀도</translation>
    </message>
    <message>
        <source>How many clips of the genre were asked about.</source>
        <translation>확인에 쓴 이 장르의 클립 수입니다.</translation>
    </message>
    <message>
        <source>Of the clips of the genre, the share that was recognised.</source>
        <translation>이 장르의 클립 중 맞힌 비율입니다.</translation>
    </message>
    <message>
        <source>Of the clips that were called so, the share that is.</source>
        <translation>이 장르라고 판단한 클립 중 실제로 그런 비율입니다.</translation>
    </message>
</context>
<context>
    <name>ScoreTable</name>
    <message>
        <source>Genres</source>
        <translation>장르</translation>
    </message>
</context>
<context>
    <name>SmallSpectrogram</name>
    <message>
        <source>Log-mel spectrogram</source>
        <translation>로그 멜 스펙트로그램</translation>
    </message>
</context>
<context>
    <name>SpectrogramView</name>
    <message>
        <source>Log-mel spectrogram</source>
        <translation>로그 멜 스펙트로그램</translation>
    </message>
    <message>
        <source>Hz</source>
        <translation>Hz</translation>
    </message>
    <message>
        <source>%1 dB</source>
        <translation>%1 dB</translation>
    </message>
    <message>
        <source>Time (s)</source>
        <translation>시간 (초)</translation>
    </message>
    <message>
        <source>Time (min:s)</source>
        <translation>시간 (분:초)</translation>
    </message>
</context>
<context>
    <name>TakeList</name>
    <message>
        <source>Takes</source>
        <translation>녹음 목록</translation>
    </message>
    <message>
        <source>Your takes will be listed here. Each is added to Listen as soon as it ends.</source>
        <translation>녹음한 내용이 여기에 표시됩니다. 녹음이 끝나면 곧바로 듣기 화면에 추가됩니다.</translation>
    </message>
    <message>
        <source>Added to Listen, where you can play them.</source>
        <translation>듣기 화면에 추가되었으며, 그곳에서 재생할 수 있습니다.</translation>
    </message>
    <message>
        <source>ended early</source>
        <translation>중간에 끝남</translation>
    </message>
    <message>
        <source>too loud in places</source>
        <translation>일부 구간이 너무 큼</translation>
    </message>
    <message numerus="yes">
        <source>%n gap(s)</source>
        <translation>
            <numerusform>끊김 %n회</numerusform>
        </translation>
    </message>
    <message>
        <source>recovered</source>
        <translation>복구됨</translation>
    </message>
</context>
<context>
    <name>TransformRow</name>
    <message>
        <source>Strength: {transform}</source>
        <translation>세기: {transform}</translation>
    </message>
    <message>
        <source>Strength {n}%</source>
        <translation>세기 {n}%</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>%1 confident</source>
        <translation>확신도 %1</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>불확실</translation>
    </message>
    <message>
        <source>nothing to hear</source>
        <translation>들리는 소리 없음</translation>
    </message>
    <message>
        <source>best guess: %1, %2</source>
        <translation>가장 가까운 장르: %1, %2</translation>
    </message>
</context>
<context>
    <name>VersionList</name>
    <message>
        <source>Models</source>
        <translation>모델</translation>
    </message>
</context>
<context>
    <name>VersionModel</name>
    <message>
        <source>Active</source>
        <translation>사용 중</translation>
    </message>
    <message>
        <source>Can&apos;t be used: the base model answers</source>
        <translation>사용할 수 없음: 기본 모델이 답합니다</translation>
    </message>
    <message>
        <source>Can&apos;t be used</source>
        <translation>사용할 수 없음</translation>
    </message>
    <message>
        <source>Came with the program</source>
        <translation>프로그램에 포함됨</translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s)</source>
        <translation>
            <numerusform>클립 %n개</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WaveformView</name>
    <message>
        <source>Waveform</source>
        <translation>파형</translation>
    </message>
</context>
<context>
    <name>_EmptyPage</name>
    <message>
        <source>No song selected</source>
        <translation>선택한 곡 없음</translation>
    </message>
    <message>
        <source>Choose a song on the left to see its genre and hear it.</source>
        <translation>왼쪽에서 곡을 선택하면 장르를 보고 들어 볼 수 있습니다.</translation>
    </message>
</context>
<context>
    <name>_ErrorPage</name>
    <message>
        <source>Try again</source>
        <translation>다시 시도</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>자세한 정보 복사</translation>
    </message>
</context>
<context>
    <name>_ExchangeDialog</name>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>진행 상황</translation>
    </message>
</context>
<context>
    <name>_Legend</name>
    <message>
        <source>Training</source>
        <translation>학습</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>검증</translation>
    </message>
</context>
<context>
    <name>_Plot</name>
    <message>
        <source>Epoch</source>
        <translation>에포크</translation>
    </message>
    <message>
        <source>Epoch {epoch}: training {training}, validation {validation}</source>
        <translation>에포크 {epoch}: 학습 {training}, 검증 {validation}</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Put back</source>
        <translation>되돌리기</translation>
    </message>
    <message>
        <source>More</source>
        <translation>더 보기</translation>
    </message>
    <message>
        <source>&amp;Show in the table</source>
        <translation>표에서 보기(&amp;S)</translation>
    </message>
    <message>
        <source>Re&amp;move from data set</source>
        <translation>데이터 세트에서 제거(&amp;M)</translation>
    </message>
    <message>
        <source>Re&amp;label as</source>
        <translation>장르 바꾸기(&amp;L)</translation>
    </message>
</context>
<context>
    <name>_WaitingPage</name>
    <message>
        <source>Listening…</source>
        <translation>듣는 중…</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>진행률</translation>
    </message>
    <message>
        <source>%1 of %2 heard</source>
        <translation>%2 중 %1 들음</translation>
    </message>
    <message>
        <source>%1 heard</source>
        <translation>%1 들음</translation>
    </message>
</context>
<context>
    <name>augmentation</name>
    <message>
        <source>Background noise</source>
        <translation>배경 소음</translation>
    </message>
    <message>
        <source>{colour} noise, {snr_db:.0f} dB below the music</source>
        <translation>{colour} 소음, 음악보다 {snr_db:.0f} dB 작게</translation>
    </message>
    <message>
        <source>Small loudspeaker</source>
        <translation>작은 스피커</translation>
    </message>
    <message>
        <source>{low_hertz:.0f} to {high_hertz:.0f} Hz</source>
        <translation>{low_hertz:.0f}~{high_hertz:.0f} Hz 대역</translation>
    </message>
    <message>
        <source>Begins somewhere else in the song</source>
        <translation>노래의 다른 곳에서 시작합니다</translation>
    </message>
    <message>
        <source>Keeps an excerpt of the song</source>
        <translation>노래의 일부만 남깁니다</translation>
    </message>
    <message>
        <source>Plays faster or slower at the same pitch</source>
        <translation>음높이는 그대로, 더 빠르거나 느리게 재생합니다</translation>
    </message>
    <message>
        <source>Plays higher or lower at the same tempo</source>
        <translation>빠르기는 그대로, 더 높거나 낮게 재생합니다</translation>
    </message>
    <message>
        <source>Changes the level, and fades a little</source>
        <translation>음량을 바꾸고 조금씩 변하게 합니다</translation>
    </message>
    <message>
        <source>Makes it brighter or darker, like another mix</source>
        <translation>다른 믹스처럼 더 밝거나 어둡게 합니다</translation>
    </message>
    <message>
        <source>Plays it in a room that echoes</source>
        <translation>울림이 있는 방에서 재생합니다</translation>
    </message>
    <message>
        <source>Adds hiss, rumble or a crowd of people behind the music</source>
        <translation>음악 뒤에 잡음, 웅웅거림, 사람들 소리를 더합니다</translation>
    </message>
    <message>
        <source>Takes bass and treble away, like a phone’s loudspeaker</source>
        <translation>휴대 전화 스피커처럼 저음과 고음을 없앱니다</translation>
    </message>
    <message>
        <source>Sends it through too few bits, like a bad stream or call</source>
        <translation>나쁜 스트림이나 통화처럼 적은 비트로 보냅니다</translation>
    </message>
    <message>
        <source>Silences short moments</source>
        <translation>짧은 순간을 무음으로 합니다</translation>
    </message>
    <message>
        <source>Takes single bands out</source>
        <translation>일부 대역을 뺍니다</translation>
    </message>
    <message>
        <source>Low-quality codec</source>
        <translation>저음질 코덱</translation>
    </message>
    <message>
        <source>up to {cutoff_hertz:.0f} Hz, rounded at {step_db:.0f} dB</source>
        <translation>{cutoff_hertz:.0f} Hz까지, {step_db:.0f} dB 단위로 반올림</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>자르기</translation>
    </message>
    <message>
        <source>{keep:.0%} kept</source>
        <translation>{keep:.0%} 남김</translation>
    </message>
    <message>
        <source>Equaliser tilt</source>
        <translation>이퀄라이저 기울기</translation>
    </message>
    <message>
        <source>{tilt_db:+.1f} dB an octave, {bell_db:+.1f} dB at {bell_hertz:.0f} Hz</source>
        <translation>옥타브당 {tilt_db:+.1f} dB, {bell_hertz:.0f} Hz에서 {bell_db:+.1f} dB</translation>
    </message>
    <message>
        <source>Frequency masking</source>
        <translation>주파수 마스킹</translation>
    </message>
    <message>
        <source>bands missing</source>
        <translation>일부 대역 없음</translation>
    </message>
    <message>
        <source>Gain</source>
        <translation>음량</translation>
    </message>
    <message>
        <source>{begin_db:+.1f} to {end_db:+.1f} dB</source>
        <translation>{begin_db:+.1f} dB에서 {end_db:+.1f} dB로</translation>
    </message>
    <message>
        <source>Pitch shift</source>
        <translation>음높이 변경</translation>
    </message>
    <message>
        <source>{semitones:+.1f} semitones</source>
        <translation>반음 {semitones:+.1f}</translation>
    </message>
    <message>
        <source>Room</source>
        <translation>방</translation>
    </message>
    <message>
        <source>{rt60:.1f} s reverberation, {direct_db:+.0f} dB direct sound</source>
        <translation>잔향 {rt60:.1f}초, 직접음 {direct_db:+.0f} dB</translation>
    </message>
    <message>
        <source>Time masking</source>
        <translation>시간 마스킹</translation>
    </message>
    <message>
        <source>gaps</source>
        <translation>빈틈</translation>
    </message>
    <message>
        <source>Time shift</source>
        <translation>시간 이동</translation>
    </message>
    <message>
        <source>shifted by {part:+.0%} of the length</source>
        <translation>길이의 {part:+.0%}만큼 이동</translation>
    </message>
    <message>
        <source>Time stretch</source>
        <translation>시간 늘이기</translation>
    </message>
    <message>
        <source>tempo × {rate:.2f}</source>
        <translation>빠르기 × {rate:.2f}</translation>
    </message>
</context>
<context>
    <name>comparison</name>
    <message numerus="yes">
        <source>Better on your %n clip(s): {new_right} right, before {current_right}.</source>
        <translation>
            <numerusform>내 클립 %n개에서 더 낫습니다: {new_right}개 정답, 이전에는 {current_right}개.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Slightly better on your %n clip(s): {new_right} right, before {current_right}; so small a difference may be chance.</source>
        <translation>
            <numerusform>내 클립 %n개에서 조금 더 낫습니다: {new_right}개 정답, 이전에는 {current_right}개. 이렇게 작은 차이는 우연일 수 있습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The same on your %n clip(s): {new_right} right.</source>
        <translation>
            <numerusform>내 클립 %n개에서 같습니다: {new_right}개 정답.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Slightly worse on your %n clip(s): {new_right} right, before {current_right}; so small a difference may be chance.</source>
        <translation>
            <numerusform>내 클립 %n개에서 조금 더 나쁩니다: {new_right}개 정답, 이전에는 {current_right}개. 이렇게 작은 차이는 우연일 수 있습니다.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Worse on your %n clip(s): {new_right} right, before {current_right}.</source>
        <translation>
            <numerusform>내 클립 %n개에서 더 나쁩니다: {new_right}개 정답, 이전에는 {current_right}개.</numerusform>
        </translation>
    </message>
    <message>
        <source>None of your clips is kept for validation yet, so only the reference set can tell.</source>
        <translation>아직 검증용으로 남겨 둔 클립이 없어 기준 세트로만 판단할 수 있습니다.</translation>
    </message>
    <message>
        <source>Whether it has forgotten anything can&apos;t be measured here: its network has changed, and the sound of the reference set isn&apos;t on this computer.</source>
        <translation>잊어버린 것이 있는지 여기서는 측정할 수 없습니다. 신경망이 바뀌었고, 기준 세트의 소리가 이 컴퓨터에 없기 때문입니다.</translation>
    </message>
    <message>
        <source>Better on the reference set: {new_percent}% right, before {current_percent}%.</source>
        <translation>기준 세트에서 더 낫습니다: {new_percent}% 정답, 이전에는 {current_percent}%.</translation>
    </message>
    <message>
        <source>The same on the reference set within chance: {new_percent}% right, before {current_percent}%.</source>
        <translation>기준 세트에서 오차 범위 안에서 같습니다: {new_percent}% 정답, 이전에는 {current_percent}%.</translation>
    </message>
    <message>
        <source>The same on the reference set: {new_percent}% right.</source>
        <translation>기준 세트에서 같습니다: {new_percent}% 정답.</translation>
    </message>
    <message>
        <source>Worse on the reference set by more than chance explains: {new_percent}% right, before {current_percent}%.</source>
        <translation>기준 세트에서 우연이라 할 수 없을 만큼 나쁩니다: {new_percent}% 정답, 이전에는 {current_percent}%.</translation>
    </message>
    <message>
        <source>Discard it: it has forgotten some of what the current model knows.</source>
        <translation>버리세요: 현재 모델이 아는 것을 일부 잊었습니다.</translation>
    </message>
    <message>
        <source>Discard it: it understands your own clips less well than the current model.</source>
        <translation>버리세요: 현재 모델보다 내 클립을 잘 이해하지 못합니다.</translation>
    </message>
    <message>
        <source>Keep it: it understands your own clips better.</source>
        <translation>사용하세요: 내 클립을 더 잘 이해합니다.</translation>
    </message>
    <message>
        <source>Keep it: it is better on the reference set.</source>
        <translation>사용하세요: 기준 세트에서 더 낫습니다.</translation>
    </message>
    <message>
        <source>Keep it: it knows genres that the current model does not, and has forgotten nothing.</source>
        <translation>사용하세요: 현재 모델이 모르는 장르를 알고, 잊은 것이 없습니다.</translation>
    </message>
    <message>
        <source>Keep it: it has forgotten nothing. No validation clip tells if it knows the new genres.</source>
        <translation>사용하세요: 잊은 것이 없습니다. 새 장르를 아는지 알려 줄 검증용 클립은 없습니다.</translation>
    </message>
    <message>
        <source>Discard it: it does not recognise the new genres yet. Add more clips of them.</source>
        <translation>버리세요: 새 장르를 아직 알아듣지 못합니다. 그 장르의 클립을 더 추가하세요.</translation>
    </message>
    <message>
        <source>Keep it: it has learned from more clips of yours, and is as good as the current model.</source>
        <translation>사용하세요: 내 클립을 더 많이 배웠고 현재 모델만큼 좋습니다.</translation>
    </message>
    <message>
        <source>Discard it: nothing shows that it is better.</source>
        <translation>버리세요: 더 낫다는 근거가 없습니다.</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>File not found</source>
        <translation>파일을 찾을 수 없음</translation>
    </message>
    <message>
        <source>There is no file {path}. Check the name, and whether it was moved or its disk unplugged.</source>
        <translation>{path} 파일이 없습니다. 이름이 맞는지, 파일을 옮겼거나 디스크를 분리하지 않았는지 확인하세요.</translation>
    </message>
    <message>
        <source>No audio in this folder</source>
        <translation>폴더에 오디오 없음</translation>
    </message>
    <message>
        <source>{path} is a folder without audio files that can be read. Choose a folder with music, or files.</source>
        <translation>{path} 폴더에는 읽을 수 있는 오디오 파일이 없습니다. 음악이 있는 폴더나 파일을 선택하세요.</translation>
    </message>
    <message>
        <source>File may not be read</source>
        <translation>파일을 읽을 권한 없음</translation>
    </message>
    <message>
        <source>You do not have permission to read {path}. Change its permissions, or copy it to your own folder.</source>
        <translation>{path}을(를) 읽을 권한이 없습니다. 권한을 바꾸거나 자신의 폴더로 복사하세요.</translation>
    </message>
    <message>
        <source>Not a file</source>
        <translation>파일이 아님</translation>
    </message>
    <message>
        <source>{path} is a device, pipe or socket, not a file. Save the sound to a file first.</source>
        <translation>{path}은(는) 파일이 아니라 장치, 파이프 또는 소켓입니다. 먼저 소리를 파일로 저장하세요.</translation>
    </message>
    <message>
        <source>File could not be read</source>
        <translation>파일을 읽지 못함</translation>
    </message>
    <message>
        <source>Reading {path} failed: {reason}. Check the disk or the network connection it is on.</source>
        <translation>{path}을(를) 읽지 못했습니다: {reason}. 파일이 있는 디스크나 네트워크 연결을 확인하세요.</translation>
    </message>
    <message>
        <source>Empty file</source>
        <translation>빈 파일</translation>
    </message>
    <message>
        <source>{path} is empty (0 bytes). Copy or download it again.</source>
        <translation>{path}은(는) 비어 있습니다(0바이트). 다시 복사하거나 내려받으세요.</translation>
    </message>
    <message>
        <source>Not an audio file</source>
        <translation>오디오 파일이 아님</translation>
    </message>
    <message>
        <source>{path} holds no audio in a format this program knows. Convert it to WAV, FLAC or MP3.</source>
        <translation>{path}에는 이 프로그램이 아는 형식의 오디오가 없습니다. WAV, FLAC 또는 MP3로 변환하세요.</translation>
    </message>
    <message>
        <source>No sound in this file</source>
        <translation>파일에 소리 없음</translation>
    </message>
    <message>
        <source>{path} has no sound track. Choose a file that has one.</source>
        <translation>{path}에는 소리 트랙이 없습니다. 소리가 있는 파일을 선택하세요.</translation>
    </message>
    <message>
        <source>Nothing to hear</source>
        <translation>들을 내용 없음</translation>
    </message>
    <message>
        <source>{path} is an audio file of zero length. Export or record it again.</source>
        <translation>{path}은(는) 길이가 0인 오디오 파일입니다. 다시 내보내거나 녹음하세요.</translation>
    </message>
    <message>
        <source>Unknown encoding</source>
        <translation>알 수 없는 인코딩</translation>
    </message>
    <message>
        <source>The sound in {path} is encoded in a way this program does not know ({codec}). Convert it to WAV, FLAC or MP3.</source>
        <translation>{path}의 소리는 이 프로그램이 모르는 방식({codec})으로 인코딩되어 있습니다. WAV, FLAC 또는 MP3로 변환하세요.</translation>
    </message>
    <message>
        <source>Copy-protected file</source>
        <translation>복제 방지된 파일</translation>
    </message>
    <message>
        <source>{path} is copy-protected and plays only in its shop&apos;s own program. Get a copy without protection.</source>
        <translation>{path}은(는) 복제 방지되어 있어 구입한 곳의 프로그램에서만 재생됩니다. 보호되지 않은 사본을 구하세요.</translation>
    </message>
    <message>
        <source>Impossible header</source>
        <translation>잘못된 헤더</translation>
    </message>
    <message>
        <source>The header of {path} claims {claim}; no audio file is like that. The file is damaged: copy, download or export it again.</source>
        <translation>{path}의 헤더에 {claim}(이)라고 되어 있지만 그런 오디오 파일은 없습니다. 파일이 손상되었으니 다시 복사하거나 내려받거나 내보내세요.</translation>
    </message>
    <message>
        <source>Damaged file</source>
        <translation>손상된 파일</translation>
    </message>
    <message>
        <source>{path} is damaged and nothing of it could be decoded ({reason}). Copy, download or export it again.</source>
        <translation>{path}이(가) 손상되어 전혀 디코딩하지 못했습니다({reason}). 다시 복사하거나 내려받거나 내보내세요.</translation>
    </message>
    <message>
        <source>The decoder crashed</source>
        <translation>디코더가 비정상 종료됨</translation>
    </message>
    <message>
        <source>Decoding {path} crashed the decoder ({reason}); other files are not affected. The file is probably damaged: copy, download or convert it again.</source>
        <translation>{path}을(를) 디코딩하다가 디코더가 비정상 종료되었습니다({reason}). 다른 파일에는 영향이 없습니다. 파일이 손상된 것 같으니 다시 복사하거나 내려받거나 변환하세요.</translation>
    </message>
    <message>
        <source>The decoder hung</source>
        <translation>디코더가 응답하지 않음</translation>
    </message>
    <message>
        <source>Decoding {path} gave nothing for {seconds} seconds and was stopped. The file is damaged, or the disk it is on does not answer: copy it to another disk and try again.</source>
        <translation>{path}을(를) 디코딩하는 동안 {seconds}초간 아무 결과가 없어 중지했습니다. 파일이 손상되었거나 디스크가 응답하지 않습니다. 다른 디스크로 복사하고 다시 시도하세요.</translation>
    </message>
    <message>
        <source>The decoder did not start</source>
        <translation>디코더가 시작되지 않음</translation>
    </message>
    <message>
        <source>The decoder needed for {path} did not start: {reason}. Install the program again; if that does not help, report it with the details.</source>
        <translation>{path}에 필요한 디코더가 시작되지 않았습니다: {reason}. 프로그램을 다시 설치하세요. 그래도 해결되지 않으면 자세한 정보와 함께 신고해 주세요.</translation>
    </message>
    <message>
        <source>The file ends early: {found} of the {promised} its header promises.</source>
        <translation>파일이 일찍 끝납니다. 헤더에 적힌 {promised} 중 {found}만 있습니다.</translation>
    </message>
    <message>
        <source>The file seems to be cut off at its end, after {found}.</source>
        <translation>파일 끝이 {found} 뒤에서 잘린 것 같습니다.</translation>
    </message>
    <message>
        <source>The header promises only {promised} of sound, but {found} follow; all of it was used.</source>
        <translation>헤더에는 소리가 {promised}뿐이라고 되어 있지만 실제로는 {found}입니다. 모두 사용했습니다.</translation>
    </message>
    <message>
        <source>The header does not say how long the sound is; all {found} of it were used.</source>
        <translation>헤더에 소리의 길이가 없습니다. {found} 전부를 사용했습니다.</translation>
    </message>
    <message>
        <source>The file is damaged, first at about {position}; what could be decoded was used.</source>
        <translation>파일이 {position}쯤부터 손상되어 있습니다. 디코딩할 수 있는 부분만 사용했습니다.</translation>
    </message>
    <message>
        <source>{count} samples are not usable numbers; silence took their place.</source>
        <translation>샘플 {count}개의 값을 쓸 수 없어 무음으로 바꾸었습니다.</translation>
    </message>
    <message>
        <source>Sound devices cannot be used</source>
        <translation>소리 장치를 사용할 수 없음</translation>
    </message>
    <message>
        <source>The PortAudio library could not be loaded, so recording and playback are not available ({reason}). On Debian and Ubuntu, install the package libportaudio2 and start the program again.</source>
        <translation>PortAudio 라이브러리를 불러오지 못해 녹음과 재생을 할 수 없습니다({reason}). Debian이나 Ubuntu에서는 libportaudio2 패키지를 설치하고 프로그램을 다시 시작하세요.</translation>
    </message>
    <message>
        <source>No microphone found</source>
        <translation>마이크를 찾을 수 없음</translation>
    </message>
    <message>
        <source>The system offers no device to record from. Connect a microphone, check the system&apos;s sound settings, then refresh the device list.</source>
        <translation>시스템에 녹음할 수 있는 장치가 없습니다. 마이크를 연결하고 시스템의 소리 설정을 확인한 다음 장치 목록을 새로 고치세요.</translation>
    </message>
    <message>
        <source>No loudspeaker found</source>
        <translation>스피커를 찾을 수 없음</translation>
    </message>
    <message>
        <source>The system offers no device to play on. Connect loudspeakers or headphones, or check the system&apos;s sound settings, and try again.</source>
        <translation>시스템에 재생할 수 있는 장치가 없습니다. 스피커나 헤드폰을 연결하거나 시스템의 소리 설정을 확인하고 다시 시도하세요.</translation>
    </message>
    <message>
        <source>Sound device not found</source>
        <translation>소리 장치를 찾을 수 없음</translation>
    </message>
    <message>
        <source>“{device}” is not available any more. Connect it again, or refresh the device list and choose another.</source>
        <translation>“{device}” 장치를 더 이상 사용할 수 없습니다. 다시 연결하거나 장치 목록을 새로 고쳐 다른 장치를 선택하세요.</translation>
    </message>
    <message>
        <source>Sound device in use</source>
        <translation>소리 장치가 사용 중</translation>
    </message>
    <message>
        <source>“{device}” is in use by another program. Close that program, or choose another device.</source>
        <translation>다른 프로그램이 “{device}” 장치를 사용하고 있습니다. 그 프로그램을 닫거나 다른 장치를 선택하세요.</translation>
    </message>
    <message>
        <source>Sound format not supported</source>
        <translation>지원하지 않는 소리 형식</translation>
    </message>
    <message>
        <source>“{device}” does not accept {sample_rate} Hz with {channels} channel(s). Choose another device.</source>
        <translation>“{device}” 장치는 {sample_rate} Hz, {channels}채널을 지원하지 않습니다. 다른 장치를 선택하세요.</translation>
    </message>
    <message>
        <source>Sound device cannot be opened</source>
        <translation>소리 장치를 열 수 없음</translation>
    </message>
    <message>
        <source>“{device}” could not be opened ({reason}). Check that it is connected and that this program may use it, or choose another device.</source>
        <translation>“{device}” 장치를 열지 못했습니다({reason}). 연결되어 있고 이 프로그램이 사용할 수 있는지 확인하거나 다른 장치를 선택하세요.</translation>
    </message>
    <message>
        <source>Sound device disconnected</source>
        <translation>소리 장치 연결이 끊어짐</translation>
    </message>
    <message>
        <source>“{device}” was disconnected. What was recorded until then is kept. Connect it again, or choose another device.</source>
        <translation>“{device}” 장치의 연결이 끊어졌습니다. 그때까지 녹음한 내용은 보관됩니다. 다시 연결하거나 다른 장치를 선택하세요.</translation>
    </message>
    <message>
        <source>Sound device stopped responding</source>
        <translation>소리 장치가 응답하지 않음</translation>
    </message>
    <message>
        <source>“{device}” has delivered no sound for {seconds} seconds. What was recorded until then is kept. Connect it again, check the system&apos;s sound settings, or choose another device.</source>
        <translation>“{device}” 장치에서 {seconds}초 동안 소리가 들어오지 않았습니다. 그때까지 녹음한 내용은 보관됩니다. 다시 연결하거나 시스템의 소리 설정을 확인하거나 다른 장치를 선택하세요.</translation>
    </message>
    <message>
        <source>Playback was interrupted</source>
        <translation>재생이 중단됨</translation>
    </message>
    <message>
        <source>“{device}” was disconnected or stopped responding. Connect it again or check the system&apos;s sound settings, then press play.</source>
        <translation>“{device}” 장치의 연결이 끊어졌거나 응답하지 않습니다. 다시 연결하거나 시스템의 소리 설정을 확인한 다음 재생을 누르세요.</translation>
    </message>
    <message>
        <source>Recordings folder cannot be written to</source>
        <translation>녹음 폴더에 쓸 수 없음</translation>
    </message>
    <message>
        <source>The recording could not be written to {folder} ({reason}). Choose a folder that you may write to.</source>
        <translation>{folder}에 녹음을 저장하지 못했습니다({reason}). 쓸 수 있는 폴더를 선택하세요.</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>디스크가 가득 참</translation>
    </message>
    <message>
        <source>There is no room left for the recording in {folder}. What was recorded until then is kept. Free some space, or choose a folder on another disk.</source>
        <translation>{folder}에 녹음을 저장할 공간이 없습니다. 그때까지 녹음한 내용은 보관됩니다. 공간을 확보하거나 다른 디스크의 폴더를 선택하세요.</translation>
    </message>
    <message>
        <source>The recording could not be written</source>
        <translation>녹음을 저장하지 못함</translation>
    </message>
    <message>
        <source>Writing {path} failed ({reason}). What was written until then is kept. Check the disk, or choose another folder.</source>
        <translation>{path}에 쓰지 못했습니다({reason}). 그때까지 쓴 내용은 보관됩니다. 디스크를 확인하거나 다른 폴더를 선택하세요.</translation>
    </message>
    <message>
        <source>The recording reached its greatest length</source>
        <translation>녹음이 최대 길이에 도달함</translation>
    </message>
    <message>
        <source>A WAV file cannot be larger than 4 GB, so the recording was stopped. All of it is kept. Press record to start another.</source>
        <translation>WAV 파일은 4 GB보다 클 수 없어 녹음을 멈췄습니다. 녹음한 내용은 모두 보관됩니다. 녹음을 누르면 새로 시작합니다.</translation>
    </message>
    <message>
        <source>Model not found</source>
        <translation>모델을 찾을 수 없음</translation>
    </message>
    <message>
        <source>There is no model named “{model}”. Choose one that is installed.</source>
        <translation>“{model}”(이)라는 모델이 없습니다. 설치된 모델을 선택하세요.</translation>
    </message>
    <message>
        <source>The model is damaged</source>
        <translation>모델이 손상됨</translation>
    </message>
    <message>
        <source>The model “{model}” can&apos;t be used: {reason}. Install it again, or choose another.</source>
        <translation>“{model}” 모델을 사용할 수 없습니다: {reason}. 다시 설치하거나 다른 모델을 선택하세요.</translation>
    </message>
    <message>
        <source>The model was made for another version of the program</source>
        <translation>다른 버전의 프로그램용 모델</translation>
    </message>
    <message>
        <source>The model “{model}” was trained on spectrograms of version {model_version}; this program computes version {program_version}. Train it again, or choose another model.</source>
        <translation>“{model}” 모델은 버전 {model_version} 스펙트로그램으로 학습되었지만, 이 프로그램은 버전 {program_version}을(를) 계산합니다. 다시 학습하거나 다른 모델을 선택하세요.</translation>
    </message>
    <message>
        <source>The shipped model took over</source>
        <translation>기본 모델로 대신함</translation>
    </message>
    <message>
        <source>The active model “{model}” can&apos;t be used, so the model that came with the program answers instead. {reason}</source>
        <translation>사용 중이던 “{model}” 모델을 쓸 수 없어 프로그램에 포함된 모델이 대신 답합니다. {reason}</translation>
    </message>
    <message>
        <source>This model belongs to the program</source>
        <translation>프로그램에 속한 모델</translation>
    </message>
    <message>
        <source>The model “{model}” came with the program; it can&apos;t be renamed or deleted.</source>
        <translation>모델 “{model}”은(는) 프로그램과 함께 제공되어 이름을 바꾸거나 삭제할 수 없습니다.</translation>
    </message>
    <message>
        <source>The model is in use</source>
        <translation>사용 중인 모델</translation>
    </message>
    <message>
        <source>The model “{model}” is the active one. Roll back or activate another, then delete it.</source>
        <translation>모델 “{model}”은(는) 현재 사용 중입니다. 되돌리거나 다른 모델을 활성화한 뒤 삭제하세요.</translation>
    </message>
    <message>
        <source>Not a name for a model</source>
        <translation>모델 이름으로 쓸 수 없음</translation>
    </message>
    <message>
        <source>A model can&apos;t be called “{name}”: a name is one line of 1 to 100 characters.</source>
        <translation>모델 이름을 “{name}”(으)로 할 수 없습니다. 이름은 1~100자의 한 줄이어야 합니다.</translation>
    </message>
    <message>
        <source>The model is there already</source>
        <translation>이미 있는 모델</translation>
    </message>
    <message>
        <source>This model is installed already, as “{model}”.</source>
        <translation>이 모델은 “{model}”(으)로 이미 설치되어 있습니다.</translation>
    </message>
    <message>
        <source>Not a model that can be imported</source>
        <translation>가져올 수 없는 모델</translation>
    </message>
    <message>
        <source>{path} is not a model that this program exported: {reason}. Nothing was changed.</source>
        <translation>{path}은(는) 이 프로그램이 내보낸 모델이 아닙니다: {reason}. 바뀐 것은 없습니다.</translation>
    </message>
    <message>
        <source>The model can&apos;t be saved</source>
        <translation>모델을 저장할 수 없음</translation>
    </message>
    <message>
        <source>Writing or reading {path} failed: {reason}. Check the disk, its free space and the permissions; the active model was not changed.</source>
        <translation>{path}을(를) 쓰거나 읽지 못했습니다: {reason}. 디스크와 남은 공간, 권한을 확인하세요. 사용 중인 모델은 바뀌지 않았습니다.</translation>
    </message>
    <message>
        <source>The program is not completely installed</source>
        <translation>프로그램이 완전히 설치되지 않음</translation>
    </message>
    <message>
        <source>The library that runs the model (ai-edge-litert) can&apos;t be loaded: {reason}. Install it again.</source>
        <translation>모델을 실행하는 라이브러리(ai-edge-litert)를 불러올 수 없습니다: {reason}. 다시 설치하세요.</translation>
    </message>
    <message>
        <source>This sound can&apos;t be listened to</source>
        <translation>들을 수 없는 소리</translation>
    </message>
    <message>
        <source>There is nothing here that can be classified: {reason}.</source>
        <translation>분류할 수 있는 내용이 없습니다: {reason}.</translation>
    </message>
    <message>
        <source>No display</source>
        <translation>화면 없음</translation>
    </message>
    <message>
        <source>The window can&apos;t open: {reason}. To classify files without a window, type: genre-app classify FILE...</source>
        <translation>창을 열 수 없습니다: {reason}. 창 없이 파일을 분류하려면 다음과 같이 입력하세요: genre-app classify FILE...</translation>
    </message>
    <message>
        <source>Unknown genre</source>
        <translation>알 수 없는 장르</translation>
    </message>
    <message>
        <source>The model “{model}” does not know the genre “{genre}”, so the clip can&apos;t be evaluated.</source>
        <translation>“{model}” 모델은 “{genre}” 장르를 모르므로 클립을 평가할 수 없습니다.</translation>
    </message>
    <message>
        <source>Nothing to evaluate</source>
        <translation>평가할 내용 없음</translation>
    </message>
    <message>
        <source>There is no clip to evaluate in {place}. Expected is a folder for each genre, with audio files in it.</source>
        <translation>{place}에는 평가할 클립이 없습니다. 장르마다 오디오 파일이 든 폴더가 있어야 합니다.</translation>
    </message>
    <message>
        <source>Something went wrong</source>
        <translation>문제가 발생함</translation>
    </message>
    <message>
        <source>An unexpected error happened: {reason}. The log file has the details.</source>
        <translation>예상하지 못한 오류가 발생했습니다: {reason}. 자세한 내용은 로그 파일에 있습니다.</translation>
    </message>
    <message>
        <source>Reference data missing</source>
        <translation>기준 데이터 없음</translation>
    </message>
    <message>
        <source>Training the base model needs {path}, which isn&apos;t there. Set GENRE_APP_REFERENCE_DATA to the folder of the reference data.</source>
        <translation>기본 모델을 학습하려면 {path}이(가) 필요하지만 없습니다. GENRE_APP_REFERENCE_DATA에 기준 데이터 폴더를 지정하세요.</translation>
    </message>
    <message>
        <source>espeak-ng is missing</source>
        <translation>espeak-ng 없음</translation>
    </message>
    <message>
        <source>Training the base model needs examples of speech, which espeak-ng makes. Install it (on Debian and Ubuntu: sudo apt-get install espeak-ng).</source>
        <translation>기본 모델을 학습하려면 espeak-ng로 만드는 음성 예제가 필요합니다. 설치하세요(Debian, Ubuntu: sudo apt-get install espeak-ng).</translation>
    </message>
    <message>
        <source>There is nothing to learn from yet</source>
        <translation>아직 배울 것이 없음</translation>
    </message>
    <message>
        <source>None of your clips is there to be trained on. Add some to the data set, and try again.</source>
        <translation>학습에 쓸 클립이 없습니다. 데이터 세트에 추가한 뒤 다시 시도하세요.</translation>
    </message>
    <message>
        <source>The data set does not fit the model</source>
        <translation>데이터 세트가 모델과 맞지 않음</translation>
    </message>
    <message>
        <source>What is stored about your clips can&apos;t be learned from: {reason}. The model was not changed.</source>
        <translation>저장된 클립 정보로 배울 수 없습니다: {reason}. 모델은 바뀌지 않았습니다.</translation>
    </message>
    <message>
        <source>The new model did not pass its check</source>
        <translation>새 모델이 검사를 통과하지 못함</translation>
    </message>
    <message>
        <source>The new model was not installed: {reason}. The active one was not changed.</source>
        <translation>새 모델을 설치하지 않았습니다: {reason}. 사용 중인 모델은 바뀌지 않았습니다.</translation>
    </message>
    <message>
        <source>A training is running already</source>
        <translation>이미 학습이 진행 중</translation>
    </message>
    <message>
        <source>Only one training can run at a time. Wait until the other has finished, or cancel it.</source>
        <translation>학습은 한 번에 하나만 할 수 있습니다. 다른 학습이 끝날 때까지 기다리거나 취소하세요.</translation>
    </message>
    <message>
        <source>The training broke off</source>
        <translation>학습이 중단됨</translation>
    </message>
    <message>
        <source>The process that trains ended unexpectedly ({reason}). The active model and the data set are as they were; try again.</source>
        <translation>학습 프로세스가 예기치 않게 끝났습니다({reason}). 사용 중인 모델과 데이터 세트는 그대로입니다. 다시 시도하세요.</translation>
    </message>
    <message>
        <source>Not enough clips for a full training</source>
        <translation>전체 학습에는 클립이 부족합니다</translation>
    </message>
    <message>
        <source>A full training needs at least {needed_train} clips to learn from, with {of_genre} or more in each of {needed_genres} genres, and {needed_valid} clips kept for validation. The data set has {train} to learn from, {genres} such genres, and {valid} for validation. Add clips, or use the quick retrain, for which a few are enough.</source>
        <translation>전체 학습에는 학습용 클립이 최소 {needed_train}개(장르 {needed_genres}개에 각각 {of_genre}개 이상), 검증용 클립이 {needed_valid}개 필요합니다. 지금 데이터 세트에는 학습용 {train}개, 그런 장르 {genres}개, 검증용 {valid}개가 있습니다. 클립을 추가하거나, 몇 개만으로 충분한 빠른 재학습을 사용하세요.</translation>
    </message>
    <message>
        <source>This model can&apos;t be trained in full</source>
        <translation>이 모델은 전체 학습을 할 수 없습니다</translation>
    </message>
    <message>
        <source>The model “{model}” does not have the weights that a full training starts from. Activate another one, such as the one that came with the program, and try again.</source>
        <translation>모델 “{model}”에는 전체 학습을 시작할 가중치가 없습니다. 프로그램에 들어 있는 모델 등 다른 모델을 활성화하고 다시 시도하세요.</translation>
    </message>
    <message>
        <source>There is no training to go on with</source>
        <translation>이어서 할 학습이 없습니다</translation>
    </message>
    <message>
        <source>No full training was broken off that could be resumed. Start a new one.</source>
        <translation>다시 시작할 수 있는 중단된 전체 학습이 없습니다. 새로 시작하세요.</translation>
    </message>
    <message>
        <source>The training can&apos;t go on</source>
        <translation>학습을 이어서 할 수 없습니다</translation>
    </message>
    <message>
        <source>The training that was broken off can&apos;t be resumed: {reason}. Start a new one.</source>
        <translation>중단된 학습을 다시 시작할 수 없습니다: {reason}. 새로 시작하세요.</translation>
    </message>
    <message>
        <source>Not a data set that can be imported</source>
        <translation>가져올 수 없는 데이터 세트</translation>
    </message>
    <message>
        <source>{path} is not a data set that this program exported, or it is damaged: {reason}. Nothing was imported. Export it again, or copy it again from where it came from.</source>
        <translation>{path}은(는) 이 프로그램이 내보낸 데이터 세트가 아니거나 손상되었습니다: {reason}. 가져온 것은 없습니다. 다시 내보내거나 원래 있던 곳에서 다시 복사하세요.</translation>
    </message>
    <message>
        <source>The archive was made by a newer program</source>
        <translation>더 새로운 프로그램이 만든 보관 파일</translation>
    </message>
    <message>
        <source>{path} has version {version}; this program knows versions up to {known}. Nothing was imported. Install the newest Genre App.</source>
        <translation>{path}은(는) 버전 {version}인데 이 프로그램은 버전 {known}까지만 압니다. 가져온 것은 없습니다. 최신 Genre App을 설치하세요.</translation>
    </message>
    <message>
        <source>The archive can&apos;t be read</source>
        <translation>보관 파일을 읽을 수 없음</translation>
    </message>
    <message>
        <source>{path} can&apos;t be read: {reason}. Check that it is there and that you may read it.</source>
        <translation>{path}을(를) 읽을 수 없습니다: {reason}. 파일이 있는지, 읽을 권한이 있는지 확인하세요.</translation>
    </message>
    <message>
        <source>The data set can&apos;t be exported</source>
        <translation>데이터 세트를 내보낼 수 없음</translation>
    </message>
    <message>
        <source>Writing {path} failed: {reason}. What was there before is still there. Choose another place, or free some space.</source>
        <translation>{path}을(를) 쓰지 못했습니다: {reason}. 전에 있던 것은 그대로 있습니다. 다른 위치를 고르거나 공간을 확보하세요.</translation>
    </message>
    <message>
        <source>A clip’s file is lost</source>
        <translation>클립의 파일이 없어짐</translation>
    </message>
    <message>
        <source>The file of clip {clip}, “{title_of_clip}”, {reason}. Nothing was exported. Check the data set and let it be repaired, or remove the clip; then export again.</source>
        <translation>클립 {clip} “{title_of_clip}”의 파일: {reason}. 내보낸 것은 없습니다. 데이터 세트를 검사해 복구하거나 클립을 제거한 뒤 다시 내보내세요.</translation>
    </message>
    <message>
        <source>The list can&apos;t be used</source>
        <translation>목록을 쓸 수 없음</translation>
    </message>
    <message>
        <source>{path} is not a usable list of clips: {reason}. Expected is one clip a line, such as blues/blues.00001.wav.</source>
        <translation>{path}은(는) 쓸 수 있는 클립 목록이 아닙니다: {reason}. blues/blues.00001.wav처럼 한 줄에 클립 하나가 있어야 합니다.</translation>
    </message>
    <message>
        <source>The recipe of an augmented copy can&apos;t be used</source>
        <translation>증강 사본의 제작법을 쓸 수 없음</translation>
    </message>
    <message>
        <source>The recipe of an augmented copy is damaged or comes from a newer version of the program: {reason}. Remove the copy and make it anew, or update the program.</source>
        <translation>증강 사본의 제작법이 손상되었거나 더 새로운 버전에서 만들어졌습니다: {reason}. 사본을 제거하고 다시 만들거나 프로그램을 업데이트하세요.</translation>
    </message>
    <message>
        <source>The data set can&apos;t be changed</source>
        <translation>데이터 세트를 바꿀 수 없음</translation>
    </message>
    <message>
        <source>You may not write to the data set in {path} ({reason}). Nothing was changed. Check the permissions of that folder and whether its disk is read-only.</source>
        <translation>{path}의 데이터 세트에 쓸 권한이 없습니다({reason}). 바뀐 것은 없습니다. 폴더의 권한과 디스크가 읽기 전용인지 확인하세요.</translation>
    </message>
    <message>
        <source>There is no room left on the disk of the data set in {path}. What was there is kept; free some space and try again.</source>
        <translation>{path}의 데이터 세트가 있는 디스크에 남은 공간이 없습니다. 전에 있던 것은 그대로 있습니다. 공간을 확보하고 다시 시도하세요.</translation>
    </message>
    <message>
        <source>The data set is busy</source>
        <translation>데이터 세트가 사용 중</translation>
    </message>
    <message>
        <source>Another program has been writing to the data set in {path} for too long. Nothing was changed; try again, and close other windows of Genre App if that does not help.</source>
        <translation>다른 프로그램이 {path}의 데이터 세트에 너무 오래 쓰고 있습니다. 바뀐 것은 없습니다. 다시 시도하고, 그래도 안 되면 다른 Genre App 창을 닫으세요.</translation>
    </message>
    <message>
        <source>The data set is damaged</source>
        <translation>데이터 세트가 손상됨</translation>
    </message>
    <message>
        <source>The list of clips {path} is damaged ({reason}). Your audio files are still there. Put back a copy of the list, for example from the folder “backups” beside it.</source>
        <translation>클립 목록 {path}이(가) 손상되었습니다({reason}). 오디오 파일은 그대로 있습니다. 옆에 있는 “backups” 폴더 등에서 목록의 사본을 되돌려 놓으세요.</translation>
    </message>
    <message>
        <source>The data set can&apos;t be read or written</source>
        <translation>데이터 세트를 읽거나 쓸 수 없음</translation>
    </message>
    <message>
        <source>Working with the data set in {path} failed: {reason}. Check the disk that it is on.</source>
        <translation>{path}의 데이터 세트에 접근하지 못했습니다: {reason}. 디스크를 확인하세요.</translation>
    </message>
    <message>
        <source>The data set was made by a newer program</source>
        <translation>더 새로운 프로그램이 만든 데이터 세트</translation>
    </message>
    <message>
        <source>The data set in {path} has version {version}; this program knows versions up to {known}. Install the newest Genre App.</source>
        <translation>{path}의 데이터 세트는 버전 {version}인데 이 프로그램은 버전 {known}까지만 압니다. 최신 Genre App을 설치하세요.</translation>
    </message>
    <message>
        <source>Not a name for a genre</source>
        <translation>장르 이름으로 쓸 수 없음</translation>
    </message>
    <message>
        <source>A genre can&apos;t be called “{name}”: {reason}.</source>
        <translation>장르 이름을 “{name}”(으)로 할 수 없습니다: {reason}.</translation>
    </message>
    <message>
        <source>Not a colour</source>
        <translation>색이 아님</translation>
    </message>
    <message>
        <source>“{colour}” is not a colour; write one as #rrggbb.</source>
        <translation>“{colour}”은(는) 색이 아닙니다. #rrggbb 형식으로 쓰세요.</translation>
    </message>
    <message>
        <source>The genre exists already</source>
        <translation>이미 있는 장르</translation>
    </message>
    <message>
        <source>There is a genre “{name}” already. Choose another name.</source>
        <translation>“{name}” 장르가 이미 있습니다. 다른 이름을 고르세요.</translation>
    </message>
    <message>
        <source>No such genre</source>
        <translation>없는 장르</translation>
    </message>
    <message>
        <source>There is no genre “{name}” in the data set. Create it first, or check the spelling.</source>
        <translation>데이터 세트에 “{name}” 장르가 없습니다. 먼저 만들거나 철자를 확인하세요.</translation>
    </message>
    <message>
        <source>The genre is not empty</source>
        <translation>비어 있지 않은 장르</translation>
    </message>
    <message>
        <source>“{name}” still has clips ({count}). Relabel or remove them first.</source>
        <translation>“{name}”에 아직 클립이 있습니다({count}개). 먼저 장르를 바꾸거나 제거하세요.</translation>
    </message>
    <message>
        <source>This genre belongs to the program</source>
        <translation>프로그램에 속한 장르</translation>
    </message>
    <message>
        <source>“{name}” is one of the genres that the program came with; it can&apos;t be renamed or removed.</source>
        <translation>“{name}”은(는) 프로그램과 함께 제공된 장르라서 이름을 바꾸거나 제거할 수 없습니다.</translation>
    </message>
    <message>
        <source>No such clip</source>
        <translation>없는 클립</translation>
    </message>
    <message>
        <source>There is no clip {clip} in the data set; it may have been removed in the meantime.</source>
        <translation>데이터 세트에 클립 {clip}이(가) 없습니다. 그사이 제거되었을 수 있습니다.</translation>
    </message>
    <message>
        <source>No such copy</source>
        <translation>없는 사본</translation>
    </message>
    <message>
        <source>There is no augmented copy {copy} in the data set; it may have been removed in the meantime.</source>
        <translation>데이터 세트에 증강 사본 {copy}이(가) 없습니다. 그사이 제거되었을 수 있습니다.</translation>
    </message>
    <message>
        <source>Not a way to list clips</source>
        <translation>클립을 나열할 수 없음</translation>
    </message>
    <message>
        <source>The list of clips can&apos;t be made: {reason}.</source>
        <translation>클립 목록을 만들 수 없습니다: {reason}.</translation>
    </message>
    <message>
        <source>The curves were not saved</source>
        <translation>곡선이 저장되지 않음</translation>
    </message>
    <message>
        <source>{path} can&apos;t be written: {reason}. Choose another folder, or check the disk.</source>
        <translation>{path}을(를) 쓸 수 없습니다: {reason}. 다른 폴더를 선택하거나 디스크를 확인하세요.</translation>
    </message>
</context>
<context>
    <name>folders</name>
    <message>
        <source>No file manager could be started. The folder is {folder}</source>
        <translation>파일 관리자를 시작할 수 없습니다. 폴더 위치: {folder}</translation>
    </message>
</context>
<context>
    <name>genres</name>
    <message>
        <source>Blues</source>
        <translation>블루스</translation>
    </message>
    <message>
        <source>Classical</source>
        <translation>클래식</translation>
    </message>
    <message>
        <source>Country</source>
        <translation>컨트리</translation>
    </message>
    <message>
        <source>Disco</source>
        <translation>디스코</translation>
    </message>
    <message>
        <source>Hip-hop</source>
        <translation>힙합</translation>
    </message>
    <message>
        <source>Jazz</source>
        <translation>재즈</translation>
    </message>
    <message>
        <source>Metal</source>
        <translation>메탈</translation>
    </message>
    <message>
        <source>Pop</source>
        <translation>팝</translation>
    </message>
    <message>
        <source>Reggae</source>
        <translation>레게</translation>
    </message>
    <message>
        <source>Rock</source>
        <translation>록</translation>
    </message>
</context>
<context>
    <name>models</name>
    <message>
        <source>Retrained {date}</source>
        <translation>재학습 {date}</translation>
    </message>
    <message>
        <source>Fully trained {date}</source>
        <translation>전체 학습 {date}</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>기본 모델</translation>
    </message>
</context>
<context>
    <name>rows</name>
    <message>
        <source>Unsure</source>
        <translation>불확실</translation>
    </message>
    <message>
        <source>perhaps {genre}</source>
        <translation>아마도 {genre}</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>대기 중</translation>
    </message>
    <message>
        <source>Listening…</source>
        <translation>듣는 중…</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>취소됨</translation>
    </message>
    <message>
        <source>Silence</source>
        <translation>무음</translation>
    </message>
    <message>
        <source>Unsure, perhaps {genre}</source>
        <translation>불확실, 아마도 {genre}</translation>
    </message>
</context>
<context>
    <name>sources</name>
    <message>
        <source>Recording</source>
        <translation>녹음</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>보관 파일</translation>
    </message>
</context>
<context>
    <name>training</name>
    <message>
        <source>“{genre}” was not learned: all of its clips are kept for validation. Add more clips of it.</source>
        <translation>“{genre}”은(는) 배우지 못했습니다. 모든 클립이 검증용입니다. 클립을 더 추가하세요.</translation>
    </message>
    <message>
        <source>The active model “{model}” can&apos;t be used, so the training starts from the one that came with the program. {reason}</source>
        <translation>사용 중인 모델 “{model}”을(를) 쓸 수 없어 프로그램과 함께 제공된 모델에서 학습을 시작합니다. {reason}</translation>
    </message>
    <message>
        <source>This training goes on after epoch {epoch}.</source>
        <translation>에포크 {epoch} 다음부터 학습을 이어서 합니다.</translation>
    </message>
    <message>
        <source>A clip was left out: {path}. {reason}</source>
        <translation>클립 하나를 제외했습니다: {path}. {reason}</translation>
    </message>
    <message>
        <source>The reference data isn&apos;t on this computer, so only your validation clips can tell how good the new model is. It will not be activated without asking you.</source>
        <translation>기준 데이터가 이 컴퓨터에 없어서 새 모델이 얼마나 좋은지는 사용자의 검증 클립으로만 알 수 있습니다. 묻지 않고 활성화되지는 않습니다.</translation>
    </message>
</context>
<context>
    <name>undo</name>
    <message>
        <source>Add clips</source>
        <translation>클립 추가</translation>
    </message>
    <message>
        <source>Relabel clips</source>
        <translation>클립 장르 변경</translation>
    </message>
    <message>
        <source>Remove clips</source>
        <translation>클립 제거</translation>
    </message>
    <message>
        <source>Pin clips</source>
        <translation>클립 고정</translation>
    </message>
    <message>
        <source>Unpin clips</source>
        <translation>클립 고정 해제</translation>
    </message>
    <message>
        <source>Edit a clip</source>
        <translation>클립 편집</translation>
    </message>
    <message>
        <source>Add copies</source>
        <translation>사본 추가</translation>
    </message>
    <message>
        <source>Remove copies</source>
        <translation>사본 제거</translation>
    </message>
    <message>
        <source>Create a genre</source>
        <translation>장르 만들기</translation>
    </message>
    <message>
        <source>Rename a genre</source>
        <translation>장르 이름 변경</translation>
    </message>
    <message>
        <source>Edit a genre</source>
        <translation>장르 편집</translation>
    </message>
    <message>
        <source>Colour a genre</source>
        <translation>장르 색 변경</translation>
    </message>
    <message>
        <source>Remove a genre</source>
        <translation>장르 제거</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>가져오기</translation>
    </message>
</context>
</TS>
